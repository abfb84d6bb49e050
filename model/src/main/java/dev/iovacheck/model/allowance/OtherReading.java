package dev.iovacheck.model.allowance;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Intervals;
import dev.iovacheck.model.config.FirmwareRegion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code iommu-addresses} without memory exclude a range. People also write them for what a device is to be restricted to, which is
 * what {@code iommu-ranges} say. This is what would be allowed then.
 *
 * @param cut the range that may be meant the other way round
 * @param reason what gives rise to the doubt
 * @param allowed what would be allowed if the device were restricted to it
 */
public record OtherReading(Cut cut, String reason, List<Extent> allowed) {

    private static final List<String> HINTS =
            List.of("usable", "allowed", "valid", "window", "limit", "restrict", "pool", "aperture");

    public OtherReading {
        allowed = List.copyOf(allowed);
    }

    /** Of the first cut that gives rise to doubt: by the name of its node, or because it excludes just what the hardware can use. */
    public static Optional<OtherReading> of(Allowance allowance) {
        return allowance.cuts().stream()
                .filter(cut -> cut.rule() == Rule.IOMMU_ADDRESSES && cut.type() == FirmwareRegion.Type.RESERVED)
                .flatMap(cut -> reason(cut, allowance).stream()
                        .map(reason -> new OtherReading(cut, reason, restricted(allowance, cut))))
                .findFirst();
    }

    private static Optional<String> reason(Cut cut, Allowance allowance) {
        String name = cut.place().toLowerCase(Locale.ROOT).replaceAll(": iommu-addresses$", "");
        String last = name.substring(name.lastIndexOf('/') + 1);
        Optional<String> hint = cut.place().endsWith(": iommu-addresses")
                ? HINTS.stream().filter(last::contains).findFirst()
                : Optional.empty();
        if (hint.isPresent()) {
            return Optional.of("its node is called " + last);
        }
        return cut.bytes().contains(allowance.device().window())
                ? Optional.of("it is all that the hardware can use")
                : Optional.empty();
    }

    /** What is allowed without the cut and inside it. */
    private static List<Extent> restricted(Allowance allowance, Cut wanted) {
        List<Extent> left = new ArrayList<>(List.of(wanted.bytes()));
        for (Cut cut : allowance.cuts()) {
            if (!cut.equals(wanted)) {
                left = new ArrayList<>(Intervals.without(left, cut.bytes()));
            }
        }
        return left;
    }
}
