package dev.iovacheck.model.board;

import dev.iovacheck.model.config.LocatedConfiguration;
import java.util.List;

/**
 * What a board comes to.
 *
 * @param configurations groups that share a configuration: those behind IOMMUs with the same pages and aperture, as many as fit; what
 *     groups do apart never meets, so that the split changes no verdict. At least one
 * @param findings warnings and notes, in the order in which they were found
 */
public record Board(List<LocatedConfiguration> configurations, List<Finding> findings) {

    public Board {
        configurations = List.copyOf(configurations);
        findings = List.copyOf(findings);
    }
}
