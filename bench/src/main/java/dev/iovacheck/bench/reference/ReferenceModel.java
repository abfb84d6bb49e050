package dev.iovacheck.bench.reference;

import dev.iovacheck.engine.search.Explorer;
import dev.iovacheck.engine.search.Successors;
import dev.iovacheck.model.packed.BitWriter;
import java.io.DataInput;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * The reference model: 28 pages, of which those below a bound are never usable and two are reserved; mapping slots; two CPUs, each with a
 * stack of at most two freed ranges. {@code map} takes the top of the CPU's stack if it has the right size, otherwise the highest free,
 * aligned start; {@code unmap} pushes on the stack, or frees the pages if that is full. In every state nothing below the bound or
 * reserved is live, live ranges are disjoint, and the tree is what is live, cached or reserved.
 *
 * <p>A range is a page and a code: 0 for none, 1 to 3 for 1, 2 or 4 pages. A state takes two words: the length and 28 bits each for the
 * tree and the stacks; the slots, 7 bits each.
 */
public final class ReferenceModel implements Explorer {

    private static final int PAGES = 28;
    private static final int CPUS = 2;
    private static final int STACK = 2;
    private static final int CODES = 3;
    private static final int CODE = 3;
    private static final int RANGE_BITS = 7;
    private static final int RANGE = (1 << RANGE_BITS) - 1;
    private static final int STACK_BITS = STACK * RANGE_BITS;
    private static final int STACK_MASK = (1 << STACK_BITS) - 1;
    private static final int RESERVED = 3 << 20;
    private static final int ALL_PAGES = (1 << PAGES) - 1;
    private static final int WORDS = 2;
    private static final int LENGTH_BITS = 8;

    private final int unusable;
    private final int slots;
    private final boolean symmetric;

    // Of the state at hand: what there is to be mapped, and the first word of the state in which it is.
    private final int[] ranges = new int[CPUS * CODES];
    private final long[] mapped = new long[CPUS * CODES];
    private final int[] fromTree = new int[CODES + 1];

    private long broken;

    /** @param symmetric whether states that differ only in which slot or CPU is which are one */
    public ReferenceModel(ReferenceSize size, boolean symmetric) {
        unusable = (1 << size.lowerBound()) - 1;
        slots = size.slots();
        this.symmetric = symmetric;
    }

    @Override
    public void initial(BitWriter out) {
        out.clear();
        out.put(0, Long.SIZE - LENGTH_BITS);
        out.put(0, Long.SIZE);
        out.finish();
        out.words()[0] = first(RESERVED, 0);
    }

    private static long first(int tree, int stacks) {
        return ((((long) tree << (2 * STACK_BITS)) | stacks) << LENGTH_BITS) | WORDS;
    }

    private static int stacks(long first) {
        return (int) (first >>> LENGTH_BITS) & ((1 << (2 * STACK_BITS)) - 1);
    }

    private static int tree(long first) {
        return (int) (first >>> (LENGTH_BITS + 2 * STACK_BITS));
    }

    @Override
    public void expand(long[] words, int at, int depth, Successors successors) {
        int tree = tree(words[at]);
        int stacks = stacks(words[at]);
        long live = words[at + 1];
        int ways = waysToMap(tree, stacks);
        for (int slot = 0; slot < slots; slot++) {
            int range = range(live, slot);
            if (range == 0) {
                for (int way = 0; way < ways; way++) {
                    successors.add(mapped[way], named(live | ((long) ranges[way] << (slot * RANGE_BITS))));
                }
            } else {
                long left = named(live & ~((long) RANGE << (slot * RANGE_BITS)));
                for (int cpu = 0; cpu < CPUS; cpu++) {
                    successors.add(unmapped(tree, stacks, cpu, range), left);
                }
            }
        }
    }

    /** Finds out which ranges can be mapped, and what tree and stacks are then, whichever slot they are mapped in; how many these are. */
    private int waysToMap(int tree, int stacks) {
        for (int code = 1; code <= CODES; code++) {
            fromTree[code] = fromTree(tree, code);
        }
        int ways = 0;
        for (int cpu = 0; cpu < CPUS; cpu++) {
            int shift = cpu * STACK_BITS + Math.max(0, height(stacks, cpu) - 1) * RANGE_BITS;
            int top = (stacks >>> shift) & RANGE;
            for (int code = 1; code <= CODES; code++) {
                boolean cached = (top & CODE) == code;
                int range = cached ? top : fromTree[code];
                ranges[ways] = range;
                mapped[ways] = cached ? named(tree, stacks & ~(RANGE << shift)) : named(tree | pages(range), stacks);
                ways += range == 0 ? 0 : 1;
            }
        }
        return ways;
    }

    private long unmapped(int tree, int stacks, int cpu, int range) {
        int height = height(stacks, cpu);
        return height < STACK
                ? named(tree, stacks | (range << (cpu * STACK_BITS + height * RANGE_BITS)))
                : named(tree & ~pages(range), stacks);
    }

    private static int height(int stacks, int cpu) {
        int stack = (stacks >>> (cpu * STACK_BITS)) & STACK_MASK;
        return stack == 0 ? 0 : stack >>> RANGE_BITS == 0 ? 1 : 2;
    }

    /** The highest free aligned start at or above the bound; 0 if nothing fits. */
    private int fromTree(int tree, int code) {
        int free = ~tree & ALL_PAGES & ~unusable;
        if (code >= 2) {
            free &= free >>> 1;
        }
        if (code == 2) {
            free &= 0x5555555;
        } else if (code == 3) {
            free &= (free >>> 2) & 0x1111111;
        }
        return free == 0 ? 0 : ((31 - Integer.numberOfLeadingZeros(free)) << 2) | code;
    }

    /** The first word. */
    private long named(int tree, int stacks) {
        if (!symmetric) {
            return first(tree, stacks);
        }
        int one = stacks & STACK_MASK;
        int other = stacks >>> STACK_BITS;
        return first(tree, one <= other ? stacks : (one << STACK_BITS) | other);
    }

    /** The second word. */
    private long named(long live) {
        return symmetric ? sorted(live) : live;
    }

    private long sorted(long live) {
        long result = live;
        for (int end = slots - 1; end > 0; end--) {
            for (int slot = 0; slot < end; slot++) {
                int one = range(result, slot);
                int next = range(result, slot + 1);
                long swap = one > next ? one ^ next : 0;
                result ^= ((swap << RANGE_BITS) | swap) << (slot * RANGE_BITS);
            }
        }
        return result;
    }

    private static int range(long live, int slot) {
        return (int) (live >>> (slot * RANGE_BITS)) & RANGE;
    }

    private static int pages(int range) {
        int code = range & CODE;
        return code == 0 ? 0 : ((1 << (1 << (code - 1))) - 1) << (range >> 2);
    }

    @Override
    public void enter(long[] words, int at, int depth) {
        int stacks = stacks(words[at]);
        long live = words[at + 1];
        int taken = 0;
        boolean good = true;
        for (int slot = 0; slot < slots; slot++) {
            int pages = pages(range(live, slot));
            good &= (pages & (unusable | RESERVED | taken)) == 0;
            taken |= pages;
        }
        for (int index = 0; index < CPUS * STACK; index++) {
            taken |= pages((stacks >>> (index * RANGE_BITS)) & RANGE);
        }
        if (!good || (taken | RESERVED) != tree(words[at])) {
            broken++;
        }
    }

    /** How many states differ from this one only in which slot or CPU is which, itself included. */
    public long namings(long[] words, int at) {
        int stacks = stacks(words[at]);
        long ways = (stacks & STACK_MASK) == stacks >>> STACK_BITS ? 1 : 2;
        int same = 0;
        for (int slot = 0; slot < slots; slot++) {
            // Live ranges are disjoint, so only free slots can be equal.
            same += range(words[at + 1], slot) == 0 ? 1 : 0;
            ways = ways * (slot + 1) / (range(words[at + 1], slot) == 0 ? same : 1);
        }
        return ways;
    }

    /** States that break a rule. */
    public long broken() {
        return broken;
    }

    @Override
    public void save(DataOutputStream out) throws IOException {
        out.writeLong(broken);
    }

    @Override
    public void restore(DataInput in) throws IOException {
        broken += in.readLong();
    }
}
