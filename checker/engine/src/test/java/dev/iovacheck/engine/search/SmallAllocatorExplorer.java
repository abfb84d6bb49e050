package dev.iovacheck.engine.search;

import dev.iovacheck.model.packed.BitReader;
import dev.iovacheck.model.packed.BitWriter;

/**
 * A small allocator that every model checker can express, written once more for this engine: 28 pages, those below a bound never usable,
 * two reserved; three mapping slots; two CPUs, each with a stack of at most two freed ranges. Spin, TLC and a program in C++ agree on
 * how many states and transitions it has, so that the engine can be held to numbers it did not produce.
 *
 * <p>A range is a page and a code: 0 for none, 1 to 3 for 1, 2 or 4 pages. Slots and CPUs are told apart.
 */
final class SmallAllocatorExplorer implements Explorer {

    private static final int PAGES = 28;
    private static final int SLOTS = 3;
    private static final int CPUS = 2;
    private static final int STACK = 2;
    private static final int RESERVED = 3 << 20;
    private static final int RANGE_BITS = 7;

    private final int lowerBound;
    private final BitReader reader = new BitReader();
    private final BitWriter out = new BitWriter();
    private final int[] live = new int[SLOTS];
    private final int[] stacks = new int[CPUS * STACK];
    private int tree;
    private long broken;

    /** @param lowerBound pages below it are never usable */
    SmallAllocatorExplorer(int lowerBound) {
        this.lowerBound = lowerBound;
    }

    @Override
    public void initial(BitWriter into) {
        tree = RESERVED;
        store(into);
    }

    private void store(BitWriter into) {
        into.clear();
        into.put(tree, PAGES);
        for (int range : live) {
            into.put(range, RANGE_BITS);
        }
        for (int range : stacks) {
            into.put(range, RANGE_BITS);
        }
        into.finish();
    }

    private void load(long[] words, int at) {
        reader.start(words, at);
        tree = reader.getInt(PAGES);
        for (int slot = 0; slot < SLOTS; slot++) {
            live[slot] = reader.getInt(RANGE_BITS);
        }
        for (int index = 0; index < stacks.length; index++) {
            stacks[index] = reader.getInt(RANGE_BITS);
        }
    }

    @Override
    public void expand(long[] words, int at, int depth, Successors successors) {
        load(words, at);
        for (int cpu = 0; cpu < CPUS; cpu++) {
            for (int code = 1; code <= 3; code++) {
                map(cpu, code, successors);
            }
            for (int slot = 0; slot < SLOTS; slot++) {
                if (live[slot] != 0) {
                    unmap(cpu, slot, successors);
                }
            }
        }
    }

    private int height(int cpu) {
        int height = 0;
        while (height < STACK && stacks[cpu * STACK + height] != 0) {
            height++;
        }
        return height;
    }

    private void map(int cpu, int code, Successors successors) {
        int top = cpu * STACK + height(cpu) - 1;
        boolean cached = height(cpu) > 0 && (stacks[top] & 3) == code;
        int range = cached ? stacks[top] : fromTree(code);
        if (range == 0) {
            return;
        }
        int treeBefore = tree;
        for (int slot = 0; slot < SLOTS; slot++) {
            if (live[slot] == 0) {
                live[slot] = range;
                if (cached) {
                    stacks[top] = 0;
                } else {
                    tree |= pages(range);
                }
                emit(successors);
                live[slot] = 0;
                if (cached) {
                    stacks[top] = range;
                }
                tree = treeBefore;
            }
        }
    }

    /** The highest free aligned start at or above the bound; 0 if nothing fits. */
    private int fromTree(int code) {
        int size = 1 << (code - 1);
        for (int start = (PAGES - size) & -size; start >= lowerBound; start -= size) {
            int range = start << 2 | code;
            if ((tree & pages(range)) == 0) {
                return range;
            }
        }
        return 0;
    }

    private void unmap(int cpu, int slot, Successors successors) {
        int range = live[slot];
        int treeBefore = tree;
        int height = height(cpu);
        live[slot] = 0;
        if (height < STACK) {
            stacks[cpu * STACK + height] = range;
        } else {
            tree &= ~pages(range);
        }
        emit(successors);
        live[slot] = range;
        if (height < STACK) {
            stacks[cpu * STACK + height] = 0;
        }
        tree = treeBefore;
    }

    private void emit(Successors successors) {
        store(out);
        successors.add(out);
    }

    private static int pages(int range) {
        int code = range & 3;
        return code == 0 ? 0 : ((1 << (1 << (code - 1))) - 1) << (range >> 2);
    }

    /** Nothing below the bound, nothing reserved, live ranges disjoint, and the tree holds exactly what is live, cached or reserved. */
    @Override
    public void enter(long[] words, int at, int depth) {
        load(words, at);
        int taken = 0;
        boolean good = true;
        for (int range : live) {
            int pages = pages(range);
            good &= (pages & (((1 << lowerBound) - 1) | RESERVED | taken)) == 0;
            taken |= pages;
        }
        for (int range : stacks) {
            taken |= pages(range);
        }
        if (!good || (taken | RESERVED) != tree) {
            broken++;
        }
    }

    /** States that break a rule. */
    long broken() {
        return broken;
    }
}
