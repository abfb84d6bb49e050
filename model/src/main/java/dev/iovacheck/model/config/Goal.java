package dev.iovacheck.model.config;

import dev.iovacheck.model.kernel.Branch;
import dev.iovacheck.model.kernel.Errno;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that must happen in some run, or a search has not looked at what its author had in mind: with too small a mask, say, a
 * driver never holds five buffers, and that nothing goes wrong with five of them proves nothing.
 *
 * <p>A goal may name a device; otherwise any device or domain will do. A device that is named is told apart from all others, those that
 * are alike included.
 */
public sealed interface Goal {

    /** No device in particular. */
    int ANY = -1;

    /** Index of the device that it is about, or {@link #ANY}. */
    int device();

    /**
     * So many mappings are live at the same time: of the device, or in one domain.
     *
     * @param count at least 1
     */
    record Live(int device, int count) implements Goal {}

    /** A map fails: {@code DMA_MAPPING_ERROR}, or an error number from calls that return one. */
    record MapFails(int device) implements Goal {}

    /**
     * A call returns this.
     *
     * @param errno its negative; {@code null} for 0
     */
    record Returns(int device, Call of, @Nullable Errno errno) implements Goal {}

    /** A branch of a kernel function is taken. */
    record Taken(Branch branch) implements Goal {

        @Override
        public int device() {
            return ANY;
        }
    }

    /** The calls that return an error number. */
    enum Call {
        /** Of the proposed reservation call, repaired or not, whoever makes it: a driver at run time or at probe. */
        DMA_IOVA_SET_RESV_REGION,
        /** Of the set-up of a device that is probed. */
        IOMMU_DMA_INIT_DOMAIN;

        /** The kernel function. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** As configurations write a branch: {@code reserve-grows-node}. */
    static String label(Branch branch) {
        return branch.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** As configurations write what a call returns: {@code 0}, {@code -EBUSY}. */
    static String label(@Nullable Errno errno) {
        return errno == null ? "0" : errno.negative();
    }

    /** In words, with names. */
    default String words(Configuration configuration) {
        String name =
                device() == ANY ? "" : configuration.devices().get(device()).name();
        if (this instanceof Live live) {
            String mappings = live.count() + (live.count() == 1 ? " live mapping" : " live mappings at once");
            return device() == ANY ? "a domain with " + mappings : name + " with " + mappings;
        } else if (this instanceof MapFails) {
            return "DMA_MAPPING_ERROR" + (device() == ANY ? "" : " for " + name);
        } else if (this instanceof Returns returns) {
            return label(returns.errno()) + " from " + returns.of().label() + (device() == ANY ? "" : " for " + name);
        }
        Branch branch = ((Taken) this).branch();
        return "branch " + label(branch) + " of " + branch.function() + ": " + branch.what();
    }
}
