/** Configurations: what a user asks about, read from YAML with the place of every fault. */
@NullMarked
package dev.iovacheck.model.config;

import org.jspecify.annotations.NullMarked;
