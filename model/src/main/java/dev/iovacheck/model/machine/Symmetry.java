package dev.iovacheck.model.machine;

/**
 * Which names stored states forget where they make no difference. States that differ in forgotten names only are stored alike, so a
 * search visits one of them.
 *
 * @param cpus CPU numbers; kept all the same where the shape of a tree is state, since that depends on them
 * @param devices which of several devices of one group that are alike in everything but their names is which
 * @param slots which of a driver's buffers a mapping belongs to. If it is kept, each driver has as many buffers as it may hold
 *     mappings, and maps any of those that are free; what is mapped, and where, is the same
 */
public record Symmetry(boolean cpus, boolean devices, boolean slots) {

    /** Every name is forgotten: the fewest states. */
    public static final Symmetry FULL = new Symmetry(true, true, true);

    /** Only slots are forgotten: what traces tell, in which CPUs and devices have names and buffers have none. */
    public static final Symmetry NAMES_KEPT = new Symmetry(false, false, true);

    /** Nothing is forgotten: the most states. */
    public static final Symmetry NONE = new Symmetry(false, false, false);
}
