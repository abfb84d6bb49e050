package dev.iovacheck.model.iova;

import dev.iovacheck.model.packed.BitWriter;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Nodes as two sorted arrays: compact, canonical (equal sets of nodes are equal arrays), without a memory of how they came about.
 * Right as long as the tree is well-formed; results never depend on the shape of a well-formed tree (recorded).
 *
 * <p>Handle {@code h} is the node at index {@code h - 1}.
 */
final class SortedNodes extends IovaTree {

    private long[] lo = new long[16];
    private long[] hi = new long[16];
    private int count;
    private boolean anchored;

    /** Counts changes: as long as it is the same, so are the nodes. */
    private long edition;

    /** Which nodes these were equal to last, and in which editions. */
    private @Nullable SortedNodes copied;

    private long copiedEdition;
    private long editionThen;

    @Override
    void zero() {
        edition++;
        count = 0;
        anchored = false;
        cached = NONE;
        cached32 = NONE;
    }

    @Override
    void clear() {
        edition++;
        count = 0;
        anchored = true;
        cached = ANCHOR;
        cached32 = ANCHOR;
    }

    @Override
    void copyFrom(IovaTree other) {
        copyHintsFrom(other);
        SortedNodes nodes = (SortedNodes) other;
        if (nodes == copied && nodes.edition == copiedEdition && edition == editionThen) {
            return; // neither these nor those have changed since
        }
        edition++;
        copied = nodes;
        copiedEdition = nodes.edition;
        editionThen = edition;
        if (lo.length < nodes.count) {
            lo = new long[nodes.lo.length];
            hi = new long[nodes.lo.length];
        }
        for (int index = 0; index < nodes.count; index++) {
            lo[index] = nodes.lo[index];
            hi[index] = nodes.hi[index];
        }
        count = nodes.count;
        anchored = nodes.anchored;
    }

    @Override
    int count() {
        return count;
    }

    @Override
    long lo(int node) {
        return node == ANCHOR ? -1L : lo[node - 1];
    }

    @Override
    long hi(int node) {
        return node == ANCHOR ? -1L : hi[node - 1];
    }

    @Override
    void growDownTo(int node, long newLo) {
        edition++;
        lo[node - 1] = newLo;
    }

    @Override
    int first() {
        return count > 0 ? 1 : anchored ? ANCHOR : NONE;
    }

    @Override
    int next(int node) {
        if (node == ANCHOR) {
            return NONE;
        }
        return node < count ? node + 1 : anchored ? ANCHOR : NONE;
    }

    @Override
    int previous(int node) {
        int below = node == ANCHOR ? count : node - 1;
        return below == 0 ? NONE : below;
    }

    @Override
    boolean isLinked(int node) {
        return true;
    }

    @Override
    int insert(int start, long newLo, long newHi) {
        int index = count;
        while (index > 0 && below(newLo, lo[index - 1])) {
            index--;
        }
        if (index > 0 && lo[index - 1] == newLo) {
            warnings++; // only an inverted node can be met so; the caller stops trusting this form
            refused = true;
            return index;
        }
        refused = false;
        append(index, newLo, newHi);
        if (cached > index) {
            cached++;
        }
        if (cached32 > index) {
            cached32++;
        }
        return index + 1;
    }

    private void append(int index, long newLo, long newHi) {
        edition++;
        if (count == lo.length) {
            lo = Arrays.copyOf(lo, 2 * count);
            hi = Arrays.copyOf(hi, 2 * count);
        }
        for (int moved = count; moved > index; moved--) { // few: a call to copy arrays costs more than they do
            lo[moved] = lo[moved - 1];
            hi[moved] = hi[moved - 1];
        }
        lo[index] = newLo;
        hi[index] = newHi;
        count++;
    }

    /** Writes the ends of all nodes, from the lowest on. */
    void write(BitWriter out, int pfnBits) {
        out.putPairs(lo, hi, count, pfnBits);
    }

    /** Adds the highest node while a stored state is read back. */
    void loadNext(long newLo, long newHi) {
        append(count, newLo, newHi);
    }

    @Override
    void erase(int node) {
        edition++;
        if (node == ANCHOR) {
            anchored = false; // the domain does not trust this form any more
            return;
        }
        count--;
        for (int index = node - 1; index < count; index++) {
            lo[index] = lo[index + 1];
            hi[index] = hi[index + 1];
        }
        if (cached > node) {
            cached--;
        }
        if (cached32 > node) {
            cached32--;
        }
    }

    @Override
    int find(long pfn) {
        for (int index = 0; index < count; index++) {
            if (!below(hi[index], pfn)) {
                return below(pfn, lo[index]) ? NONE : index + 1;
            }
        }
        return anchored && pfn == -1L ? ANCHOR : NONE;
    }

    @Override
    int findLimit(long limit) {
        for (int index = 0; index < count; index++) {
            if (!below(hi[index], limit)) {
                return index + 1;
            }
        }
        return ANCHOR;
    }
}
