package dev.iovacheck.model.config;

/**
 * A value and where the file says it.
 *
 * @param place where the value begins
 */
record Placed<T>(Place place, T value) {}
