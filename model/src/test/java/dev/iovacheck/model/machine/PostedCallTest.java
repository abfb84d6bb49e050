package dev.iovacheck.model.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.iovacheck.model.config.FlushQueues;
import dev.iovacheck.model.iova.AllocatorConstants;
import dev.iovacheck.model.iova.IovaDomain;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.kernel.KernelProfile;
import dev.iovacheck.model.kernel.TakenBranches;
import org.junit.jupiter.api.Test;

/** The reservation call as posted: what it asks, what it does not, and which pages it reserves. */
class PostedCallTest {

    private static final long PAGE = 4096;

    private final Outcome outcome = new Outcome();

    private static DefaultDomain domain() {
        return new DefaultDomain(
                0,
                "g",
                12,
                new IovaDomain(new AllocatorConstants(KernelProfile.V7_1, 1, 1, 1), IovaDomain.Nodes.RED_BLACK),
                FlushQueues.SMALLEST,
                1,
                new TakenBranches());
    }

    private static DefaultDomain created(GroupType type) {
        DefaultDomain domain = domain();
        domain.create(type, 0);
        return domain;
    }

    @Test
    void aDeviceWithoutAGroupCrashesIt() {
        assertFalse(PostedCall.admits(null, outcome));
        assertEquals(Outcome.Kind.OOPS, outcome.kind());
    }

    @Test
    void onlyAStrictDomainOfTheDmaApiWillDo() {
        assertTrue(PostedCall.admits(created(GroupType.DMA), outcome));
        assertFalse(outcome.isFailure());
        for (DefaultDomain wrong :
                new DefaultDomain[] {domain(), created(GroupType.IDENTITY), created(GroupType.DMA_FQ)}) {
            outcome.clear();
            assertFalse(PostedCall.admits(wrong, outcome));
            assertEquals(Errno.ENODEV, outcome.errno());
        }
    }

    /** Whether anybody has initialised the domain is not asked. */
    @Test
    void aDomainThatNobodyInitialisedIsTaken() {
        DefaultDomain domain = created(GroupType.DMA);
        assertFalse(domain.iova().isInitialised());
        assertTrue(PostedCall.admits(domain, outcome));
        PostedCall.reserve(domain, 0, PAGE, PAGE, outcome);
        assertEquals(Outcome.Kind.SUCCESS, outcome.kind());
        assertEquals(PAGE, domain.iova().nodeLo(domain.iova().firstNode()), "bytes are taken for pages");
    }

    @Test
    void itReservesWholePagesThatTheRangeTouches() {
        DefaultDomain domain = created(GroupType.DMA);
        domain.iova().init(12, 1);
        PostedCall.reserve(domain, 12, 4 * PAGE + 1, 2 * PAGE, outcome);
        assertEquals(Outcome.Kind.SUCCESS, outcome.kind());
        assertNull(outcome.errno());
        assertEquals(0, outcome.warnings());
        int node = domain.iova().firstNode();
        assertEquals(4, domain.iova().nodeLo(node));
        assertEquals(6, domain.iova().nodeHi(node));
        assertEquals(1, domain.iova().nodeCount());
        PostedCall.reserve(domain, 12, 8 * PAGE, 2 * PAGE, outcome);
        assertEquals(9, domain.iova().resultHi(), "the last byte is the last of page 9");
    }

    @Test
    void withoutMemoryItSaysSo() {
        DefaultDomain domain = created(GroupType.DMA);
        domain.iova().init(12, 1);
        domain.iova().setMemoryFails(true);
        PostedCall.reserve(domain, 12, 4 * PAGE, PAGE, outcome);
        assertEquals(Errno.ENOMEM, outcome.errno());
        assertEquals(0, outcome.warnings());
    }

    /** Somebody has initialised the domain in between: what was a pfn of bytes is beyond the last page of 4 KiB. */
    @Test
    void aGranuleThatWasReadTooEarlyEndsInAWarning() {
        DefaultDomain domain = created(GroupType.DMA);
        domain.iova().init(12, 1);
        PostedCall.reserve(domain, 0, -PAGE, PAGE, outcome);
        assertEquals(Errno.ENOMEM, outcome.errno());
        assertEquals(1, outcome.warnings());
        assertEquals(0, domain.iova().nodeCount());
    }
}
