package dev.iovacheck.model.machine;

import dev.iovacheck.model.kernel.Errno;
import org.jspecify.annotations.Nullable;

/** What a driver or user gets to see of a call, exactly as the kernel returns it. One instance is reused for all steps of a machine. */
public final class Outcome {

    /** Kinds of results. */
    public enum Kind {
        /** The call returns nothing. */
        VOID,
        /** 0 from a call that returns 0 or a negative errno. */
        SUCCESS,
        /** A negative errno. */
        ERROR,
        /** An IOVA in bytes. */
        ADDRESS,
        /** {@code DMA_MAPPING_ERROR}: no address. */
        MAPPING_ERROR,
        /** {@code NULL}: no memory with an address. */
        NULL,
        /** {@code false}: no addresses for a two-phase mapping. */
        FALSE,
        /** The call goes on: nothing was returned yet. If it is a map that has just taken its range, the address tells which. */
        GOES_ON,
        /** The call did not return: the kernel followed a NULL pointer. */
        OOPS,
        /** The call never returned: it searches for ever, with the lock of the tree held. */
        LOCKUP,
        /** The call did not return: it used a domain or a flush queue that was freed, or never set up. */
        NOT_THERE
    }

    private Kind kind = Kind.VOID;
    private @Nullable Errno errno;
    private long address;
    private int warnings;
    private Cause cause = Cause.NONE;
    private boolean queued;
    private int lostEntries;

    void clear() {
        kind = Kind.VOID;
        errno = null;
        address = 0;
        warnings = 0;
        cause = Cause.NONE;
        queued = false;
        lostEntries = 0;
    }

    void success() {
        kind = Kind.SUCCESS;
    }

    void error(Errno number) {
        kind = Kind.ERROR;
        errno = number;
    }

    void address(long bytes) {
        kind = Kind.ADDRESS;
        address = bytes;
    }

    /** A map has taken its range and goes on. */
    void took(long bytes) {
        address = bytes;
    }

    void goesOn() {
        kind = Kind.GOES_ON;
    }

    /** The call failed, and its caller gets this for it. */
    void failed(Kind result, Cause why) {
        kind = result;
        cause = why;
    }

    void failed(Errno number, Cause why) {
        error(number);
        cause = why;
    }

    void oops() {
        kind = Kind.OOPS;
    }

    void warnings(int count) {
        warnings += count;
    }

    /** The call did not return: what it used is not there. */
    void notThere() {
        kind = Kind.NOT_THERE;
    }

    /** A range was added to a flush queue, whose ring lost some entries with that, or none. */
    void queued(int lost) {
        queued = true;
        lostEntries += lost;
    }

    /** The call did not return; {@code hung} tells why. */
    void noReturn(boolean hung) {
        kind = hung ? Kind.LOCKUP : Kind.OOPS;
    }

    /** Whether the call came back to its caller. */
    public boolean returned() {
        return kind != Kind.OOPS && kind != Kind.LOCKUP && kind != Kind.NOT_THERE;
    }

    public Kind kind() {
        return kind;
    }

    /** The error of {@link Kind#ERROR}, otherwise {@code null}. */
    public @Nullable Errno errno() {
        return errno;
    }

    /** {@code dma_mapping_error} of what a map returned: {@code -ENOMEM} for {@code DMA_MAPPING_ERROR}, whatever was wrong (derived). */
    public @Nullable Errno mappingError() {
        return kind == Kind.MAPPING_ERROR ? Errno.ENOMEM : null;
    }

    /** The IOVA of {@link Kind#ADDRESS} in bytes; that of a range just taken ({@link Kind#GOES_ON}); otherwise 0. */
    public long address() {
        return address;
    }

    /** How many kernel warnings were printed during the call. */
    public int warnings() {
        return warnings;
    }

    /** Why a call of the DMA API failed; {@link Cause#NONE} if it did not, or for no reason. */
    public Cause cause() {
        return cause;
    }

    /** Whether a range was added to a flush queue. */
    public boolean isQueued() {
        return queued;
    }

    /** How many entries of a ring were lost when one was added to it. */
    public int lostEntries() {
        return lostEntries;
    }

    /** Whether the caller is told that the call failed. */
    public boolean isFailure() {
        return switch (kind) {
            case ERROR, MAPPING_ERROR, NULL, FALSE -> true;
            default -> false;
        };
    }

    /** Takes over what another outcome says. */
    public void set(Outcome other) {
        kind = other.kind;
        errno = other.errno;
        address = other.address;
        warnings = other.warnings;
        cause = other.cause;
        queued = other.queued;
        lostEntries = other.lostEntries;
    }
}
