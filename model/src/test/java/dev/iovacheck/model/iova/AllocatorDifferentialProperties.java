package dev.iovacheck.model.iova;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/** The allocator and the oracle, which share no code, agree on random histories, legal and abusive, step by step. */
class AllocatorDifferentialProperties {

    @Property(tries = 3000)
    void agreesWithTheOracleAfterEveryStep(@ForAll long world, @ForAll @Size(min = 40, max = 80) List<Long> steps) {
        new DifferentialHistory(world).run(steps);
    }
}
