package dev.iovacheck.counterexamples.monitor;

/** What a monitor has looked at, and what it could not judge. */
public final class Counts {

    long maps;
    long unmaps;
    long namelessMaps;
    long unknownUnmaps;
    long identityMaps;
    long domains;
    long allocators;
    long allocatorsFromBeginning;
    long allocations;
    long releases;
    long searches;
    long cacheHits;
    long withoutMemory;
    long firstWithoutMemory;
    long learned;
    long learnedAlike;
    long unordered;
    long firstUnordered;
    long lossPoints;
    long queueReleases;
    long pageFaults;
    long firstPageFault;
    long dmaEvents;
    long dmaMapsNotJoined;
    boolean tooManyCpus;
    boolean seesFast;
    boolean seesSlow;
    boolean seesFree;
    boolean seesUnmap;
    boolean seesMap;
    boolean seesDomains;
    boolean seesFlush;

    Counts() {}

    public long maps() {
        return maps;
    }

    public long unmaps() {
        return unmaps;
    }

    /** Searches of the tree that came to what the model came to, in allocators whose whole state it knows. */
    public long searches() {
        return searches;
    }

    /** Ranges out of caches that were those that the model gave, in allocators whose whole state it knows. */
    public long cacheHits() {
        return cacheHits;
    }

    /** Results in allocators whose beginning is not known, from which the model learned. */
    public long learned() {
        return learned;
    }

    /** The same, where the model had come to the same. */
    public long learnedAlike() {
        return learnedAlike;
    }

    /** Results that differ, where another CPU was at work and the order is not known. */
    public long unordered() {
        return unordered;
    }

    /** Maps whose domain the recording does not tell. */
    public long namelessMaps() {
        return namelessMaps;
    }

    /** Places where events are missing. */
    public long lossPoints() {
        return lossPoints;
    }
}
