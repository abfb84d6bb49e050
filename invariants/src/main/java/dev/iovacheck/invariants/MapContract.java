package dev.iovacheck.invariants;

import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.BufferSetup;
import dev.iovacheck.model.machine.Cause;
import dev.iovacheck.model.machine.Outcome;
import dev.iovacheck.model.machine.Step;

/** What the calls of the DMA API may return: an address or success, or, for a cause, the failure that they document. */
final class MapContract {

    private MapContract() {}

    static boolean isKept(Step step) {
        Outcome outcome = step.outcome();
        BufferSetup buffer = step.before().setup(step.device()).buffer(step.size());
        if (step.kind() == Action.Kind.MAP) {
            return outcome.kind() == Outcome.Kind.ADDRESS || isFailureOf(buffer, outcome);
        }
        return outcome.kind() == Outcome.Kind.SUCCESS || isErrorOfPart(outcome);
    }

    /** There is a reason for the failure, and the caller is told as its function tells it. */
    private static boolean isFailureOf(BufferSetup buffer, Outcome outcome) {
        if (outcome.cause() == Cause.NONE) {
            return false;
        }
        return switch (buffer.call()) {
            case PAGE -> outcome.kind() == Outcome.Kind.MAPPING_ERROR;
            case COHERENT -> outcome.kind() == Outcome.Kind.NULL;
            case IOVA -> outcome.kind() == Outcome.Kind.FALSE;
            case SG -> outcome.kind() == Outcome.Kind.ERROR && outcome.errno() == ofList(buffer, outcome.cause());
        };
    }

    /** {@code dma_map_sgtable} documents four errors; where segments may have to be bounced, nearly all is one of them. */
    private static Errno ofList(BufferSetup buffer, Cause cause) {
        if (buffer.isListOfPages()) {
            return cause == Cause.NOT_ATTACHED ? Errno.EINVAL : Errno.EIO;
        }
        return switch (cause) {
            case NO_ADDRESS, TABLE_MEMORY -> Errno.ENOMEM;
            case UNREACHABLE_PEER -> Errno.EREMOTEIO;
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
