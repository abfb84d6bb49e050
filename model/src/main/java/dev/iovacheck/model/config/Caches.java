package dev.iovacheck.model.config;

/**
 * Sizes of the caches in front of the allocator's tree. Small ones make exhaustive search possible; stock ones are for simulation
 * and recorded traces.
 *
 * @param magazineSize pfns in one magazine, 1..127; {@code IOVA_MAG_SIZE} is 127
 * @param depotSize full magazines a depot may hold, 1..32; {@code MAX_GLOBAL_MAGS} is 32. Only 6.1 has this limit
 */
public record Caches(int magazineSize, int depotSize) {

    /** Stock capacity of a magazine. */
    public static final int STOCK_MAGAZINE = 127;

    /** Stock capacity of a 6.1 depot. */
    public static final int STOCK_DEPOT = 32;
}
