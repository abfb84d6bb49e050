package dev.iovacheck.invariants;

import dev.iovacheck.model.config.Buffer;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.Cause;
import dev.iovacheck.model.machine.Outcome;
import dev.iovacheck.model.machine.Step;

/** What the calls of the DMA API may return: an address or success, or, for a cause, the failure that they document. */
final class MapContract {

    private MapContract() {}

    static boolean isKept(Step step) {
        Outcome outcome = step.outcome();
        Buffer.Call call =
                step.before().setup(step.device()).buffer(step.size()).call();
        if (step.kind() == Action.Kind.MAP) {
            return outcome.kind() == Outcome.Kind.ADDRESS || isFailureOf(call, outcome);
        }
        return outcome.kind() == Outcome.Kind.SUCCESS || isErrorOfPart(outcome);
    }

    /** There is a reason for the failure, and the caller is told as its function tells it. */
    private static boolean isFailureOf(Buffer.Call call, Outcome outcome) {
        if (outcome.cause() == Cause.NONE) {
            return false;
        }
        return switch (call) {
            case PAGE -> outcome.kind() == Outcome.Kind.MAPPING_ERROR;
            case COHERENT -> outcome.kind() == Outcome.Kind.NULL;
            case IOVA -> outcome.kind() == Outcome.Kind.FALSE;
            case SG -> outcome.kind() == Outcome.Kind.ERROR && outcome.errno() == ofList(outcome.cause());
        };
    }

    /** {@code dma_map_sgtable} documents four errors. */
    private static Errno ofList(Cause cause) {
        return switch (cause) {
            case NO_ADDRESS, TABLE_MEMORY -> Errno.ENOMEM;
            case UNREACHABLE_PEER -> Errno.EREMOTEIO;
            case NO_BOUNCE_SLOT, BOUNCE_FORBIDDEN -> Errno.EIO;
            default -> Errno.EINVAL;
        };
    }

    private static boolean isErrorOfPart(Outcome outcome) {
        Errno expected =
                switch (outcome.cause()) {
                    case PART_NOT_ALIGNED -> Errno.EIO;
                    case NOT_COHERENT -> Errno.EOPNOTSUPP;
                    case BOUNCE_FORBIDDEN -> Errno.EPERM;
                    case NO_BOUNCE_SLOT, TABLE_MEMORY -> Errno.ENOMEM;
                    case ALREADY_MAPPED -> Errno.EEXIST;
                    case MISALIGNED, TABLE_ERROR -> Errno.EINVAL;
                    default -> null;
                };
        return outcome.kind() == Outcome.Kind.ERROR && expected != null && outcome.errno() == expected;
    }
}
