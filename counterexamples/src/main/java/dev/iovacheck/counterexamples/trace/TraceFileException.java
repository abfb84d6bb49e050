package dev.iovacheck.counterexamples.trace;

import dev.iovacheck.model.config.Fault;
import java.util.List;
import java.util.stream.Collectors;

/** A file cannot be used as a trace. Carries all faults that were found, in the order of the file. */
public final class TraceFileException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<Fault> faults;

    /** @param faults at least one */
    public TraceFileException(List<Fault> faults) {
        super(faults.stream().map(Fault::toString).collect(Collectors.joining("\n")));
        this.faults = List.copyOf(faults);
    }

    public List<Fault> faults() {
        return faults;
    }
}
