package dev.iovacheck.model.allowance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.LocatedConfiguration;
import dev.iovacheck.model.config.RandomConfigurations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Every granule that is not allowed was cut for a reason, and none that is allowed. */
final class AllowancesProperties {

    @Property
    void theReasonsExplainWhatIsLeft(@ForAll long seed) {
        Configuration configuration = new RandomConfigurations(new Random(seed)).next();
        int shift = configuration.iommu().granuleShift();
        for (Allowance allowance : new Allowances(placeless(configuration)).all()) {
            if (allowance.refused() || allowance.device().mask() == 0) {
                continue;
            }
            for (long pfn : interesting(allowance, shift)) {
                boolean isAllowed = allowance.allowed().stream().anyMatch(extent -> extent.contains(pfn << shift));
                boolean isCut = allowance.cuts().stream().anyMatch(cut -> covers(cut, pfn, shift));
                assertEquals(isAllowed, !isCut, () -> "pfn " + pfn + " of " + allowance);
            }
        }
    }

    /** Ends keep the granule that they lie in, reservations take it. */
    private static boolean covers(Cut cut, long pfn, int shift) {
        Extent whole = new Extent(cut.bytes().first() >>> shift, cut.bytes().last() >>> shift);
        return switch (cut.rule()) {
            case PAGE_ZERO -> pfn == 0;
            case APERTURE_START, DMA_RANGES_START ->
                Long.compareUnsigned(pfn, (cut.bytes().last() + 1) >>> shift) < 0;
            case MASK, DMA_RANGES_END, APERTURE_END ->
                Long.compareUnsigned(pfn, (cut.bytes().first() - 1) >>> shift) > 0;
            case BRIDGE_WINDOW, DMA_GAP, REGION, IOMMU_ADDRESSES, IOMMU_RANGES -> whole.contains(pfn);
        };
    }

    private static List<Long> interesting(Allowance allowance, int shift) {
        List<Long> pfns = new ArrayList<>(List.of(0L, 1L));
        List<Extent> extents = new ArrayList<>(allowance.allowed());
        allowance.cuts().forEach(cut -> extents.add(cut.bytes()));
        for (Extent extent : extents) {
            for (long end : new long[] {extent.first() >>> shift, extent.last() >>> shift}) {
                for (long pfn = end - 1; pfn <= end + 1; pfn++) {
                    if (pfn >= 0 && pfn <= -1L >>> shift) {
                        pfns.add(pfn);
                    }
                }
            }
        }
        return pfns;
    }

    static LocatedConfiguration placeless(Configuration configuration) {
        return new LocatedConfiguration(
                configuration,
                Map.of(),
                configuration.devices().stream()
                        .map(device -> Map.<LocatedConfiguration.Key, String>of())
                        .toList(),
                configuration.devices().stream()
                        .map(device -> List.<String>of())
                        .toList(),
                configuration.reservations().stream()
                        .map(reservation -> "reserve " + reservation.index())
                        .toList());
    }
}
