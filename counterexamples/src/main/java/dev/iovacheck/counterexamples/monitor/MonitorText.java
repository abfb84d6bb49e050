package dev.iovacheck.counterexamples.monitor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What monitoring a recording showed, as lines of text. */
public final class MonitorText {

    private final List<String> lines = new ArrayList<>();
    private final String source;
    private final RecordingCheck.Result result;
    private final Counts counts;

    private MonitorText(String source, RecordingCheck.Result result) {
        this.source = source;
        this.result = result;
        counts = result.counts();
    }

    /** {@code FILE:LINE: error: ID: what is there}, and other places that have to do with it on lines of their own. */
    public static List<String> of(Finding finding, String source) {
        List<String> lines = new ArrayList<>();
        lines.add(source + ":" + finding.line() + ": error: " + finding.id() + ": " + finding.text());
        finding.related()
                .forEach(related -> lines.add(source + ":" + related.line() + ": note: " + related.text() + " here"));
        return lines;
    }

    /**
     * What was read, what was checked, and what could not be.
     *
     * @param knows what was known of the devices, in a few words; empty for nothing
     */
    public static List<String> of(RecordingCheck.Result result, String source, String knows) {
        MonitorText text = new MonitorText(source, result);
        text.read();
        text.checked(knows);
        text.lockStep();
        text.notKnown(knows);
        return text.lines;
    }

    private void entry(String kind, String words) {
        lines.add(String.format(Locale.ROOT, "%-11s%s", kind + ":", words));
    }

    private static String count(long number, String unit) {
        String digits = String.format(Locale.ROOT, "%,d", number);
        return digits + " " + unit + (number == 1 ? "" : "s");
    }

    private static String searches(long number) {
        return String.format(Locale.ROOT, "%,d", number) + (number == 1 ? " search" : " searches");
    }

    private void read() {
        entry(
                "recording",
                source + ", " + count(result.lines(), "line") + ", " + count(result.events(), "event")
                        + (result.others() > 0 ? ", " + count(result.others(), "event") + " of other kinds" : ""));
        if (result.unreadable() > 0) {
            entry(
                    "",
                    count(result.unreadable(), "event") + " that cannot be read, the first in "
                            + result.firstUnreadable());
        }
        if (counts.lossPoints() > 0) {
            String number = result.lost() > 0
                    ? (result.lostUncounted() ? "at least " : "") + count(result.lost(), "event")
                    : "events nobody counted";
            entry(
                    "lost",
                    number + ", at " + count(counts.lossPoints(), "place")
                            + "; after each, nothing is known but what is seen again");
        }
        if (result.cutOff()) {
            entry("", "the last line is incomplete and was left out");
        }
    }

    private void checked(String knows) {
        entry(
                "maps",
                count(counts.maps(), "map") + " and " + count(counts.unmaps(), "unmap") + " in "
                        + count(counts.domains, "domain") + (knows.isEmpty() ? "" : ", against " + knows));
        if (counts.identityMaps > 0) {
            entry(
                    "",
                    count(counts.identityMaps, "map") + " outside all allocations with the same address on both sides:"
                            + " direct regions, as far as is known");
        }
        if (counts.seesFast || counts.seesFree) {
            entry(
                    "ranges",
                    count(counts.allocations, "range") + " handed out and "
                            + String.format(Locale.ROOT, "%,d", counts.releases) + " given back by "
                            + count(counts.allocators, "allocator") + ", "
                            + counts.allocatorsFromBeginning + " of them seen from the beginning");
        }
        if (counts.queueReleases > 0) {
            entry(
                    "lazy",
                    count(counts.queueReleases, "range") + " given back after a flush queue"
                            + (counts.seesFlush ? "" : "; flushes are not recorded, so when is not checked"));
        }
        if (counts.pageFaults > 0) {
            entry(
                    "faults",
                    count(counts.pageFaults, "fault") + " of devices, the first in line " + counts.firstPageFault);
        }
    }

    private void lockStep() {
        if (!counts.seesFast) {
            return;
        }
        if (counts.searches() + counts.cacheHits() > 0) {
            entry(
                    "lock step",
                    searches(counts.searches()) + " and " + count(counts.cacheHits(), "cached range")
                            + " as the model has them");
        }
        if (counts.learned() > 0) {
            entry(
                    "",
                    count(counts.learned(), "result") + " of allocators whose state was not known: "
                            + counts.learnedAlike()
                            + " as the model had them, the others told it what was there before");
        }
        if (counts.unordered() > 0) {
            entry(
                    "",
                    count(counts.unordered(), "result") + " while another CPU was at work, in an order that is not"
                            + " recorded, the first in line " + counts.firstUnordered);
        }
        if (counts.withoutMemory > 0) {
            entry(
                    "",
                    searches(counts.withoutMemory)
                            + " that found nothing where the model finds a range: only without memory for it, the first in line "
                            + counts.firstWithoutMemory);
        }
        if (counts.tooManyCpus) {
            entry("", "calls on CPUs from " + LockStep.MOST_CPUS + " on were left out");
        }
    }

    private void notKnown(String knows) {
        List<String> unknown = new ArrayList<>();
        if (knows.isEmpty()) {
            unknown.add("windows and regions of devices (--board names what says them)");
        }
        if (counts.namelessMaps() > 0) {
            unknown.add("the domain of " + count(counts.namelessMaps(), "map")
                    + " (a probe on __iommu_map or events of the DMA API tell it)");
        }
        if (counts.unknownUnmaps > 0) {
            unknown.add("what " + count(counts.unknownUnmaps, "unmap") + " undid (it was mapped before, or elsewhere)");
        }
        if (counts.maps() > 0 && !counts.seesFast) {
            unknown.add("what the allocator did (no probes)");
        }
        if (counts.seesFast && !counts.seesSlow) {
            unknown.add("which ranges came out of caches (no probe on alloc_iova)");
        }
        if (!unknown.isEmpty()) {
            entry("unknown", String.join("; ", unknown));
        }
    }
}
