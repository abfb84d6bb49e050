package dev.iovacheck.invariants;

/** What an IOVA allocator and the layers above owe their callers. Each invariant is a part of one contract. */
public enum Contract {
    BOUNDS("C1", "Every range handed out lies within the limits of the request and every hard window of the device."),
    DISJOINT("C2", "Live ranges of one domain never overlap one another."),
    RESERVED("C3", "No live range intersects a region that is reserved for any device attached to the domain."),
    COMPLETE("C4", "A request fails only if nothing fits below its limit once the caches are empty."),
    PERSISTENCE("C5", "A region, once reserved, stays reserved until the domain dies."),
    ORDER_FREE("C6", "What can be allocated does not depend on the order in which devices of a group appear."),
    FLUSHED(
            "C7",
            "A range is not handed out again until a flush of the IOTLB that started after its unmap has finished."),
    ERRORS("C8", "A failure is visible to the caller with the documented value; 0 is never address and error at once."),
    LIFETIME("C9", "Nothing is used after it was freed, freed twice, or left behind."),
    INITIALISED("C10", "Initialising a domain twice, or on two CPUs, gives what doing it once gives."),
    DIRECT("C11", "Every direct region of a device is mapped one to one in whatever domain the device is attached to."),
    REPORTED("C12", "What is reported is what is enforced."),
    MERGED("C13", "Merging reserved regions of one type gives their union: none is lost, none is invented."),
    EXACT_UNMAP("C14", "An unmap removes exactly what the map created: nothing stays mapped, nothing else goes."),
    NO_EXPOSURE(
            "C15",
            "A device reaches only bytes that it was given, but for the rest of their granules and cleared padding."),
    REACHABLE("C16", "An address that software chose is one that the device reaches and that nobody else claims."),
    WELL_FORMED("C17", "Every node and region has its ends in order; no arithmetic wraps.");

    private final String id;
    private final String sentence;

    Contract(String id, String sentence) {
        this.id = id;
        this.sentence = sentence;
    }

    /** As documents number it: {@code C1}. */
    public String id() {
        return id;
    }

    public String sentence() {
        return sentence;
    }
}
