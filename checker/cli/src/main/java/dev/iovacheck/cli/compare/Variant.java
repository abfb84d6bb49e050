package dev.iovacheck.cli.compare;

import dev.iovacheck.model.config.Configuration;
import java.util.Optional;

/**
 * One row of a comparison.
 *
 * @param label what tells it from the others
 * @param configuration what is checked; with the wanted kernel and mode even where nothing can be checked
 * @param refusal why there is nothing to check, a few words; empty if there is
 */
public record Variant(String label, Configuration configuration, Optional<String> refusal) {}
