package dev.iovacheck.counterexamples.monitor;

import dev.iovacheck.counterexamples.monitor.AllocatorTrack.Allocation;
import dev.iovacheck.counterexamples.monitor.Surroundings.KnownRegion;
import dev.iovacheck.model.address.Extent;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Checks what is mapped against what is reserved, mapped already, allocated, and in reach of the hardware. */
final class MappedRangeChecks {

    private final Scene scene;

    MappedRangeChecks(Scene scene) {
        this.scene = scene;
    }

    /**
     * Checks a mapping; the first thing that is wrong is told.
     *
     * @param device whose it is; empty if that is not known
     * @param callLine where the call is, or 0
     * @return whether nothing is wrong
     */
    boolean check(DomainTrack domain, String device, Extent bytes, boolean isIdentity, long line, long callLine) {
        Supplier<String> what = () -> bytes + " is mapped in " + domain.name();
        Optional<Finding> finding = reserved(domain, bytes, isIdentity, line, what);
        if (finding.isEmpty()) {
            finding = reservedInRecording(domain, bytes, isIdentity, line, what);
        }
        if (finding.isEmpty()) {
            finding = overlap(domain, bytes, line, what);
        }
        if (finding.isEmpty()) {
            finding = unallocated(domain, bytes, isIdentity, line, callLine, what);
        }
        if (finding.isEmpty()) {
            finding = outside(device, bytes, line, what);
        }
        finding.ifPresent(scene::report);
        return finding.isEmpty();
    }

    private Optional<Finding> reserved(
            DomainTrack domain, Extent bytes, boolean isIdentity, long line, Supplier<String> what) {
        if (scene.surroundings.devices().isEmpty()) {
            return Optional.empty();
        }
        for (String device : domain.devices) {
            Optional<Finding> finding = reservedFor(device, bytes, isIdentity, line, what);
            if (finding.isPresent()) {
                return finding;
            }
        }
        return Optional.empty();
    }

    /** What is reserved for a device, as far as that is known beside the recording. */
    Optional<Finding> reservedFor(String device, Extent bytes, boolean isIdentity, long line, Supplier<String> what) {
        KnownRegion met = null;
        for (KnownRegion region : scene.regions(device)) {
            if (isIdentity && isDirectOver(region, bytes)) {
                return Optional.empty();
            }
            if (met == null && region.bytes().intersects(bytes)) {
                met = region;
            }
        }
        return met == null
                ? Optional.empty()
                : Optional.of(new Finding(
                        "no-reserved-overlap",
                        line,
                        what.get() + ", and " + met.bytes() + " is reserved for " + device + " (" + met.type() + ": "
                                + met.place() + ")",
                        List.of()));
    }

    /** Mapped to itself, up to whole pages. */
    private static boolean isDirectOver(KnownRegion region, Extent bytes) {
        long page = 0xffffL;
        Extent around =
                new Extent(region.bytes().first() & ~page, region.bytes().last() | page);
        return region.isDirect() && around.contains(bytes);
    }

    private Optional<Finding> reservedInRecording(
            DomainTrack domain, Extent bytes, boolean isIdentity, long line, Supplier<String> what) {
        AllocatorTrack allocator = domain.allocator;
        if (allocator == null || isIdentity) {
            return Optional.empty();
        }
        Ranges.Entry<Long> reserved =
                allocator.reserved.intersecting(bytes.first() >>> allocator.shift, bytes.last() >>> allocator.shift);
        if (reserved == null) {
            return Optional.empty();
        }
        int shift = allocator.shift;
        Extent range = new Extent(reserved.first() << shift, (reserved.last() << shift) + ((1L << shift) - 1));
        return Optional.of(new Finding(
                "no-reserved-overlap",
                line,
                what.get() + ", and " + range + " was reserved",
                List.of(new Finding.Related(reserved.what(), "reserved"))));
    }

    private Optional<Finding> overlap(DomainTrack domain, Extent bytes, long line, Supplier<String> what) {
        Ranges.Entry<Long> other = domain.live.intersecting(bytes.first(), bytes.last());
        return other == null || domain.isForgiven(bytes.first(), bytes.last())
                ? Optional.empty()
                : Optional.of(new Finding(
                        "no-live-overlap",
                        line,
                        what.get() + ", and " + other.extent() + " is mapped already",
                        List.of(new Finding.Related(other.what(), "mapped"))));
    }

    private Optional<Finding> unallocated(
            DomainTrack domain, Extent bytes, boolean isIdentity, long line, long callLine, Supplier<String> what) {
        AllocatorTrack allocator = domain.allocator;
        if (allocator == null
                || !allocator.isFromBeginning
                || !scene.counts.seesFast
                || domain.isForgiven(bytes.first(), bytes.last())
                || domain.isAllocated(bytes.first(), bytes.last())) {
            return Optional.empty();
        }
        if (isIdentity) {
            scene.counts.identityMaps++; // a direct region, as far as is known
            return Optional.empty();
        }
        Ranges.Entry<Allocation> near =
                allocator.live.intersecting(bytes.first() >>> allocator.shift, bytes.last() >>> allocator.shift);
        List<Finding.Related> related = callLine == 0 ? List.of() : List.of(new Finding.Related(callLine, "called"));
        return Optional.of(new Finding(
                "pte-subset",
                line,
                what.get() + ", and " + (near == null ? "nothing of it" : "not all of it") + " is allocated",
                related));
    }

    /** What the hardware of a device can use. */
    Optional<Finding> outside(String device, Extent bytes, long line, Supplier<String> what) {
        Surroundings.KnownDevice known = scene.known(device);
        Optional<Extent> window = known == null ? Optional.empty() : known.window();
        if (window.isEmpty() || window.get().contains(bytes)) {
            return Optional.empty();
        }
        boolean below = Long.compareUnsigned(bytes.first(), window.get().first()) < 0;
        return Optional.of(new Finding(
                below ? "lower-bound" : "upper-bound",
                line,
                what.get() + " for " + device + ", which can use " + window.get(),
                List.of()));
    }

    /** A device joins a domain: what is mapped there must not meet its regions either. */
    void checkLive(DomainTrack domain, String device, long line) {
        domain.live.forEach((bytes, mapped) -> reservedFor(
                        device, bytes, true, line, () -> bytes + " is mapped in " + domain.name())
                .ifPresent(scene::report));
    }

    /** Why it must not be mapped in any domain; empty if it may in some. */
    Optional<String> everywhereReserved(Extent bytes) {
        String why = "";
        for (DomainTrack domain : scene.domains()) {
            AllocatorTrack allocator = domain.allocator;
            if (allocator == null) {
                continue;
            }
            Optional<Finding> known = reserved(domain, bytes, false, 0, () -> "")
                    .or(() -> reservedInRecording(domain, bytes, false, 0, () -> ""));
            if (known.isEmpty()) {
                return Optional.empty();
            }
            why = "that is reserved in all of them";
        }
        if (why.isEmpty() && !scene.surroundings.devices().isEmpty()) {
            boolean all = scene.surroundings.devices().stream().allMatch(device -> scene.regions(device.name()).stream()
                    .anyMatch(region -> region.bytes().intersects(bytes)));
            why = all ? "that is reserved for all devices" : "";
        }
        return why.isEmpty() ? Optional.empty() : Optional.of(why);
    }
}
