package dev.iovacheck.constraint.capacity;

import java.util.List;

/**
 * A way in which buffers can lie so that one more does not fit.
 *
 * @param buffers which lie where, lowest first
 * @param used granules that they take
 * @param least whether no other way takes fewer: otherwise time was up
 */
public record Blockade(List<Buffer> buffers, long used, boolean least) {

    public Blockade {
        buffers = List.copyOf(buffers);
    }

    /**
     * One buffer that is held.
     *
     * @param device index of the device that holds it
     * @param size which of its map sizes
     * @param firstPfn where it lies
     */
    public record Buffer(int device, int size, long firstPfn) {}
}
