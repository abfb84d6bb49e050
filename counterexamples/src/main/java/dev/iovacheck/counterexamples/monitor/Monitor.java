package dev.iovacheck.counterexamples.monitor;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.eclipse.collections.api.list.primitive.IntList;

/**
 * Checks the events of a recording, one after the other, and reports what should not be. What it keeps is what is live: domains,
 * mappings, allocations, calls in progress.
 */
public final class Monitor {

    /** From {@code struct iommu_dma_cookie} to its allocator, in the kernels that were recorded. */
    private static final long COOKIE_TO_ALLOCATOR = 8;

    private final Scene scene;
    private final AllocatorChecks allocators;
    private final MappingChecks mappings;

    /**
     * @param profile whose allocator it is
     * @param findings told of each finding when it shows
     */
    Monitor(Surroundings surroundings, KernelProfile profile, Consumer<Finding> findings) {
        scene = new Scene(surroundings, profile, findings);
        allocators = new AllocatorChecks(scene);
        mappings = new MappingChecks(scene);
    }

    Counts counts() {
        return scene.counts;
    }

    /** Numbers of the domains and allocators that the last event is about. */
    IntList subjects() {
        return scene.subjects();
    }

    /** What was reserved for devices, as far as all of it is known. */
    Map<String, List<Extent>> reserved() {
        return scene.reserved();
    }

    void setCpus(int cpus) {
        scene.setCpus(cpus);
    }

    /** Events are missing here. */
    void lost() {
        scene.counts.lossPoints++;
        scene.forget();
    }

    void accept(Event event) {
        scene.beginEvent();
        ThreadTrack thread = scene.thread(event.thread);
        if (event.kind != EventKind.FREE) {
            allocators.settleFreed(thread);
        }
        if (event.kind != EventKind.UNMAP) {
            mappings.expectUnmap(thread, event);
        }
        if (event.kind != EventKind.MAGAZINE_FREE && event.kind != EventKind.CPU_FREE) {
            thread.isEmptying = false;
        }
        switch (event.kind) {
            case ADD_TO_GROUP -> scene.addToGroup(event.device, Long.toString(event.get(Field.GROUP)));
            case REMOVE_FROM_GROUP, ATTACH, DETACH, QUEUE_RING -> {}
            case PAGE_FAULT -> pageFault(event);
            case DOMATTACH -> attach(event);
            case DOMINIT -> init(event);
            case DOMPUT -> scene.forgetAllocator(event.get(Field.IOVAD));
            case QUEUE_INIT -> queueInit(event);
            case QUEUE_FLUSH -> queueFlush(event);
            case WANT -> want(thread, event);
            case RESV, FAST, FAST_RETURN, SLOW, SLOW_RETURN, FREE_FAST, FREE, CPU_FREE, MAGAZINE_FREE ->
                allocators.accept(thread, event);
            case MAP, UNMAP, DOMMAP, DOMUNMAP, DMA_MAP, DMA_UNMAP, DMA_MAP_SG -> mappings.accept(thread, event);
        }
        scene.sweepThreads();
    }

    private void pageFault(Event event) {
        if (scene.counts.pageFaults++ == 0) {
            scene.counts.firstPageFault = event.line;
        }
    }

    private void attach(Event event) {
        DomainTrack domain = scene.domain(event.get(Field.DOM));
        scene.concerns(domain);
        scene.setCookie(domain, event.get(Field.COOKIE));
        if (!event.device.isEmpty() && domain.devices.add(event.device)) {
            mappings.checkLive(domain, event.device, event.line);
        }
    }

    private void init(Event event) {
        long iovad = event.get(Field.IOVAD);
        AllocatorTrack allocator = scene.allocator(iovad, event.cpu);
        int shift = Long.numberOfTrailingZeros(event.get(Field.GRANULE));
        if (allocator == null || shift < 1 || shift > 31) {
            return;
        }
        scene.counts.allocatorsFromBeginning++;
        allocator.begin(shift, event.get(Field.START));
        DomainTrack domain = scene.domainOfCookie(iovad - COOKIE_TO_ALLOCATOR);
        scene.link(allocator, domain);
        if (domain != null) {
            domain.isUnknown = false;
        }
        scene.concerns(allocator);
    }

    private void queueInit(Event event) {
        DomainTrack domain = scene.domain(event.get(Field.DOM));
        domain.isLazy = true;
        scene.concerns(domain);
    }

    private void queueFlush(Event event) {
        scene.counts.seesFlush = true;
        DomainTrack domain = scene.domainOfCookie(event.get(Field.COOKIE));
        if (domain != null) {
            domain.lastFlush = event.line;
            domain.isLazy = true;
            scene.concerns(domain);
        }
    }

    private void want(ThreadTrack thread, Event event) {
        DomainTrack domain = scene.domain(event.get(Field.DOM));
        scene.concerns(domain);
        scene.setCookie(domain, event.get(Field.COOKIE));
        if (!event.device.isEmpty() && domain.devices.add(event.device)) {
            mappings.checkLive(domain, event.device, event.line);
        }
        thread.wantedIn = domain;
        thread.wantedBy = event.device;
    }
}
