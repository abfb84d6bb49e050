package dev.iovacheck.cli;

import dev.iovacheck.cli.report.ExitCode;
import dev.iovacheck.counterexamples.monitor.RecordingScript;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code record-script}: how does a running kernel get recorded? */
@Command(
        name = "record-script",
        description = {
            "Print the shell script that records a running kernel for monitor: the IOMMU's tracepoints, and probes on the allocator.",
            "It needs root, tracefs, and CONFIG_KPROBE_EVENTS for the probes."
        },
        footer = {"", "Example:", "  iovacheck record-script > record.sh; sh record.sh start my-recording"})
final class RecordScriptCommand implements Callable<Integer> {

    private final Session session;

    RecordScriptCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        session.out().print(RecordingScript.text());
        session.out().flush();
        return ExitCode.EXPECTED.number();
    }
}
