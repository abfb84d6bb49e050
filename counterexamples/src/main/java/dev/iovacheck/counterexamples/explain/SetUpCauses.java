package dev.iovacheck.counterexamples.explain;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.ReplayedStep;
import dev.iovacheck.counterexamples.ReplayedStep.DomainView;
import dev.iovacheck.counterexamples.ReplayedStep.Use;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.Mechanism;
import dev.iovacheck.model.kernel.Errno;
import dev.iovacheck.model.kernel.KernelBug;
import dev.iovacheck.model.machine.Action;
import dev.iovacheck.model.machine.DeviceSetup;
import dev.iovacheck.model.machine.Machine;
import dev.iovacheck.model.machine.MissingMemory;
import dev.iovacheck.model.machine.Outcome;
import dev.iovacheck.model.machine.SetupRegion;
import dev.iovacheck.model.machine.Symmetry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the set-up of a domain did, or a change of who uses it, where a violation follows from that. */
final class SetUpCauses {

    private final Counterexample counterexample;
    private final String violation;
    private final List<ReplayedStep> steps;
    private final ReplayedStep last;
    private final Machine machine;

    /** @param replay with at least one step */
    SetUpCauses(Replay replay) {
        counterexample = replay.counterexample();
        violation = replay.violation();
        steps = replay.steps();
        last = steps.get(steps.size() - 1);
        int[] devices =
                counterexample.devices().stream().mapToInt(Integer::intValue).toArray();
        machine = new Machine(counterexample.configuration(), devices, Symmetry.NAMES_KEPT);
    }

    Optional<Explanation> find() {
        return switch (counterexample.invariant().id()) {
            case "satisfiable-window" -> nothingLeft();
            case "report-equals-enforce" -> cachesMissing().or(this::bridgeIsNotReported);
            case "idempotent-init" -> cachesMissing();
            case "errno-conformance" ->
                last.outcome() == Outcome.Kind.OOPS
                        ? cachesMissing()
                        : windowsRefused().or(this::claimed);
            case "direct-maps" -> mappedBefore().or(this::blocked).or(this::sharedGranule);
            default -> Optional.empty();
        };
    }

    private DeviceSetup setup(int device) {
        return machine.setup(device);
    }

    // ---- windows and reservations ----

    private Optional<Explanation> nothingLeft() {
        for (int index : counterexample.devices()) {
            Device device = setup(index).device();
            DomainView view = device.group() == null ? null : last.domainOf(device.group());
            if (view == null || view.granuleShift() == 0 || device.buffers().isEmpty()) {
                continue;
            }
            long first = max(device.window().first(), view.startPfn() << view.granuleShift());
            long end = Long.compareUnsigned(device.window().last(), setup(index).dmaLimit()) <= 0
                    ? device.window().last()
                    : setup(index).dmaLimit();
            if (Long.compareUnsigned(first, end) > 0) {
                continue;
            }
            Extent usable = new Extent(first, end);
            List<Use> inIt = view.promises().stream()
                    .filter(promise -> promise.bytes().intersects(usable))
                    .toList();
            if (!inIt.isEmpty() && isTaken(view, usable)) {
                return Optional.of(new Explanation(last.number(), reserved(view, usable, device, inIt)));
            }
        }
        return Optional.empty();
    }

    private static long max(long one, long other) {
        return Long.compareUnsigned(one, other) > 0 ? one : other;
    }

    /** Whether nodes that are there for reservations alone leave nothing of it. */
    private static boolean isTaken(DomainView view, Extent bytes) {
        long from = bytes.first();
        for (ReplayedStep.NodeView node : view.nodes()) {
            if (!node.isInverted()
                    && !node.promises().isEmpty()
                    && view.bytes(node).contains(from)) {
                if (view.bytes(node).contains(bytes.last())) {
                    return true;
                }
                from = view.bytes(node).last() + 1;
            }
        }
        return false;
    }

    private static List<String> reserved(DomainView view, Extent usable, Device device, List<Use> inIt) {
        List<String> sentences = new ArrayList<>();
        sentences.add("Of the window of " + device.name() + ", " + usable
                + " is within start_pfn and the DMA limit, and all of that is reserved: "
                + inIt.stream().map(use -> use.bytes() + " for " + use.who()).collect(Collectors.joining(", ")) + ".");
        long below = (1L << view.granuleShift()) - 1;
        boolean isRounded = inIt.stream()
                .anyMatch(use ->
                        (use.bytes().first() & below) != 0 || (use.bytes().last() & below) != below);
        if (isRounded) {
            sentences.add("reserve_iova takes pfns: of a granule that a reservation covers in part, all is reserved.");
        }
        sentences.add(
                "What reserves does not know the window, and searches do not either: they look below the DMA limit for"
                        + " whatever is free.");
        return sentences;
    }

    private Optional<Explanation> bridgeIsNotReported() {
        DomainView view = last.domain();
        if (view == null || !violation.contains("does not report")) {
            return Optional.empty();
        }
        for (int index : counterexample.devices()) {
            Device device = setup(index).device();
            boolean isHere = device.bus() == Device.Bus.PCI
                    && view.group().equals(device.group())
                    && setup(index).regions().stream()
                            .anyMatch(region -> !region.isReported() && isPromised(view, region.extent()));
            if (isHere) {
                return Optional.of(new Explanation(
                        firstWithDomain(view.group()),
                        List.of(
                                "For the host bridge of " + device.name() + ", iova_reserve_pci_windows keeps free the"
                                        + " windows through which CPUs reach the bus, and what dma-ranges leave out.",
                                "iommu_get_group_resv_regions asks the IOMMU driver and firmware for regions, and the bridge"
                                        + " is neither; so the allocator knows these ranges, and reserved_regions does not"
                                        + " show them.")));
            }
        }
        return Optional.empty();
    }

    private static boolean isPromised(DomainView view, Extent bytes) {
        return view.promises().stream().anyMatch(promise -> promise.bytes().equals(bytes));
    }

    /** Number of the step that initialised the domain of a group. */
    private int firstWithDomain(String group) {
        return steps.stream()
                .filter(step -> step.domainOf(group) != null)
                .mapToInt(ReplayedStep::number)
                .findFirst()
                .orElse(last.number());
    }

    // ---- set-up that ended early ----

    private Optional<Explanation> cachesMissing() {
        for (ReplayedStep step : steps) {
            if (step.action().kind() == Action.Kind.ADD
                    && step.action().group() == last.action().group()
                    && step.action().order() == MissingMemory.CACHES.ordinal()
                    && step.outcome() == Outcome.Kind.ERROR) {
                return Optional.of(cachesMissing(step));
            }
        }
        return Optional.empty();
    }

    private Explanation cachesMissing(ReplayedStep early) {
        List<String> sentences = new ArrayList<>();
        sentences.add(
                "In step " + early.number() + " iova_domain_init_rcaches finds no memory, and iommu_dma_init_domain"
                        + " ends there: without caches, before it reserves a region, and with start_pfn set.");
        steps.stream()
                .filter(step -> step.number() > early.number()
                        && step.action().kind() == Action.Kind.ADD
                        && step.action().group() == early.action().group())
                .findFirst()
                .ifPresent(next -> sentences.add("start_pfn is what tells that a domain is initialised: in step "
                        + next.number() + " iommu_dma_init_domain takes it for that and returns 0."));
        if (last.outcome() == Outcome.Kind.OOPS) {
            sentences.add("Step " + last.number() + " looks into the caches, which are not there.");
        } else if (counterexample.invariant().id().equals("report-equals-enforce")) {
            sentences.add(
                    "iommu_get_group_resv_regions does not ask the allocator: it lists the regions all the same.");
        }
        return new Explanation(early.number(), sentences);
    }

    private Optional<Explanation> windowsRefused() {
        Action action = last.action();
        if (action.kind() != Action.Kind.ADD
                || last.errno() != Errno.EINVAL
                || !setup(action.device()).windowsRefused()
                || setup(action.device()).windowsOverlap()) {
            return Optional.empty();
        }
        return Optional.of(new Explanation(
                last.number(),
                List.of(
                        "iova_reserve_pci_windows goes through the dma-ranges of the host bridge, "
                                + setup(action.device()).device().dmaRanges().stream()
                                        .map(Extent::toString)
                                        .collect(Collectors.joining(", "))
                                + (counterexample.configuration().bugs().contains(KernelBug.B18)
                                        ? ", as they are listed,"
                                        : ", in the order of their CPU addresses,")
                                + " and takes one of them for an overlap with what it has passed.",
                        "None overlaps another; on the bus their order is another one. The set-up of the domain ends with"
                                + " -EINVAL.")));
    }

    // ---- groups and direct regions ----

    /** A call for a device whose group a user has. */
    private Optional<Explanation> claimed() {
        Action call = last.action();
        if (counterexample.configuration().mechanism() != Mechanism.POSTED_API
                || call.kind() != Action.Kind.RESERVE
                || last.outcome() != Outcome.Kind.SUCCESS) {
            return Optional.empty();
        }
        return holder(call.group())
                .map(claim -> new Explanation(
                        last.number(),
                        List.of(
                                "The call looks at the type of the group's default domain and at nothing else.",
                                "In step " + claim.number()
                                        + " a user has claimed the group: since then its devices are not attached to that"
                                        + " domain, and a node in its tree governs nothing.")));
    }

    /** The claim of the user who has a group at the end, if one has. */
    private Optional<ReplayedStep> holder(int group) {
        ReplayedStep claim = null;
        for (ReplayedStep step : steps) {
            if (step.action().group() == group && step.action().kind() == Action.Kind.RELEASE) {
                claim = null;
            } else if (step.action().group() == group
                    && step.action().kind() == Action.Kind.CLAIM
                    && step.outcome() == Outcome.Kind.SUCCESS) {
                claim = step;
            }
        }
        return Optional.ofNullable(claim);
    }

    /** Where the direct region of a device that joins lies, somebody had mapped something else. */
    private Optional<Explanation> mappedBefore() {
        DomainView view = last.domain();
        if (last.action().kind() != Action.Kind.ADD || view == null) {
            return Optional.empty();
        }
        for (SetupRegion region : setup(last.action().device()).regions()) {
            Optional<ReplayedStep> map = steps.stream()
                    .filter(step -> isMeant(region)
                            && step.mapped().stream()
                                    .anyMatch(range -> range.intersects(region.extent()) && isLive(view, range)))
                    .reduce((one, other) -> other);
            if (map.isPresent()) {
                int number = map.get().number();
                return Optional.of(new Explanation(
                        number,
                        List.of(
                                "Step " + number + " is given a range that lies in the direct region " + region.extent()
                                        + " of "
                                        + setup(last.action().device()).device().name()
                                        + ": the device is not there yet, and nothing keeps its region free.",
                                "When it joins in step " + last.number()
                                        + ", iommu_create_device_direct_mappings maps only what iommu_iova_to_phys finds"
                                        + " nothing for; where that mapping is, it leaves it.",
                                "The device is attached to the domain all the same.")));
            }
        }
        return Optional.empty();
    }

    /** Whether the violation is about this region. */
    private boolean isMeant(SetupRegion region) {
        return region.isReported()
                && region.type() != null
                && region.type().isDirect()
                && violation.contains(region.extent().toString());
    }

    private static boolean isLive(DomainView view, Extent range) {
        return view.allLive().stream().anyMatch(use -> use.bytes().first() == range.first());
    }

    private Optional<Explanation> blocked() {
        if (last.action().kind() != Action.Kind.CLAIM || last.outcome() != Outcome.Kind.SUCCESS) {
            return Optional.empty();
        }
        return Optional.of(new Explanation(
                last.number(),
                List.of(
                        "iommu_group_claim_dma_owner takes the group off its default domain and attaches the blocking domain,"
                                + " which maps nothing.",
                        "Direct regions are mapped in the default domain only, and the claim succeeds all the same.")));
    }

    private Optional<Explanation> sharedGranule() {
        if (last.action().kind() != Action.Kind.ADD) {
            return Optional.empty();
        }
        long below = counterexample.configuration().iommu().granule() - 1;
        return setup(last.action().device()).regions().stream()
                .filter(region -> isMeant(region) && (region.extent().first() & below) != 0)
                .findFirst()
                .map(region -> new Explanation(
                        last.number(),
                        List.of(
                                "The region " + region.extent() + " begins inside a granule.",
                                "iommu_create_device_direct_mappings rounds its start up to the next one (ALIGN), and maps"
                                        + " from there.")));
    }
}
