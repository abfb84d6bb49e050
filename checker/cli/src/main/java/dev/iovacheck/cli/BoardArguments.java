package dev.iovacheck.cli;

import dev.iovacheck.cli.report.Repeat;
import dev.iovacheck.invariants.Catalogue;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.board.BoardOptions;
import dev.iovacheck.model.config.Quantity;
import dev.iovacheck.model.config.QuantityException;
import dev.iovacheck.model.config.RangeText;
import dev.iovacheck.model.kernel.KernelProfile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that say about a board what its device tree does not; they mean the same in every command that reads one. */
final class BoardArguments {

    private static final int LEAST_SHIFT = 12;
    private static final int MOST_SHIFT = 16;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--kernel", paramLabel = "VERSION", description = "Device trees: v6.1 or v7.1, the default.")
    private @Nullable String kernel;

    @Option(
            names = "--node",
            paramLabel = "PATH",
            description = "Device trees: only this node and what is below it; may be given more than once.")
    private List<String> nodes = new ArrayList<>();

    @Option(
            names = "--compatible",
            paramLabel = "GLOB",
            description = "Device trees: only nodes with such a compatible, for instance 'qcom,*-iris'.")
    private List<String> compatibles = new ArrayList<>();

    @Option(
            names = "--mask",
            paramLabel = "DEV=BITS",
            description = "Device trees: DMA mask of a device, in bits (36) or as its highest address (0xdfffffff).")
    private List<String> masks = new ArrayList<>();

    @Option(
            names = "--window",
            paramLabel = "DEV=RANGE",
            description = "Device trees: what the hardware can really use, for instance 600MiB..3584MiB.")
    private List<String> windows = new ArrayList<>();

    @Option(names = "--granule", paramLabel = "SIZE", description = "Device trees: smallest page of the IOMMUs.")
    private @Nullable String granule;

    @Option(
            names = "--aperture",
            paramLabel = "RANGE",
            description = "Device trees: what the IOMMUs can translate, for instance 0..64GiB.")
    private @Nullable String aperture;

    @Option(
            names = "--children-have-node",
            description = "Device trees: children that a driver makes reuse the node of their parent.")
    private boolean childrenHaveNode;

    /** @throws ParameterException if a value is none */
    BoardOptions options() {
        return new BoardOptions(
                kernel == null ? KernelProfile.V7_1 : kernelOf(kernel),
                nodes,
                compatibles,
                masks(),
                windows(),
                granule == null ? OptionalInt.empty() : OptionalInt.of(shiftOf(granule)),
                aperture == null ? Optional.empty() : Optional.of(range("--aperture", aperture)),
                childrenHaveNode,
                Catalogue.ids());
    }

    /** The options as they were given, for a command that repeats the run; each is one word here. */
    List<String> words() {
        List<String> words = new ArrayList<>();
        add(words, "--kernel", kernel);
        nodes.forEach(node -> add(words, "--node", node));
        compatibles.forEach(compatible -> add(words, "--compatible", compatible));
        masks.forEach(mask -> add(words, "--mask", mask));
        windows.forEach(window -> add(words, "--window", window));
        add(words, "--granule", granule);
        add(words, "--aperture", aperture);
        if (childrenHaveNode) {
            words.add("--children-have-node");
        }
        return words;
    }

    private static void add(List<String> words, String option, @Nullable String value) {
        if (value != null) {
            words.add(option + " " + Repeat.quoted(value));
        }
    }

    private KernelProfile kernelOf(String label) {
        return Arrays.stream(KernelProfile.values())
                .filter(profile -> profile.label().equals(label))
                .findFirst()
                .orElseThrow(() -> wrong("--kernel: no '" + label + "'; there are: "
                        + Arrays.stream(KernelProfile.values())
                                .map(KernelProfile::label)
                                .collect(Collectors.joining(", "))));
    }

    private Map<String, Long> masks() {
        Map<String, Long> read = new LinkedHashMap<>();
        for (String said : masks) {
            int equals = separator("--mask", said);
            long number = number("--mask", said.substring(equals + 1));
            boolean isBits = !said.substring(equals + 1).startsWith("0x");
            if (isBits && (number < 1 || number > Long.SIZE)) {
                throw wrong("--mask: a mask has 1 to 64 bits, or is the highest address, such as 0xdfffffff");
            }
            read.put(said.substring(0, equals), isBits ? -1L >>> (Long.SIZE - number) : number);
        }
        return read;
    }

    private Map<String, Extent> windows() {
        Map<String, Extent> read = new LinkedHashMap<>();
        for (String said : windows) {
            int equals = separator("--window", said);
            read.put(said.substring(0, equals), range("--window", said.substring(equals + 1)));
        }
        return read;
    }

    /** The last one: a path may have others. */
    private int separator(String option, String said) {
        int equals = said.lastIndexOf('=');
        if (equals < 1) {
            throw wrong(option + ": '" + said + "' names no device; write DEV=VALUE");
        }
        return equals;
    }

    private int shiftOf(String size) {
        long bytes = number("--granule", size);
        int shift = Long.numberOfTrailingZeros(bytes);
        if (Long.bitCount(bytes) != 1 || shift < LEAST_SHIFT || shift > MOST_SHIFT) {
            throw wrong("--granule: pages have 4KiB, 16KiB or 64KiB, and not " + size);
        }
        return shift;
    }

    private long number(String option, String text) {
        try {
            return Quantity.parse(text);
        } catch (QuantityException e) {
            throw wrong(option + ": " + e.problem() + "; " + e.remedy());
        }
    }

    private Extent range(String option, String text) {
        try {
            return RangeText.parse(text);
        } catch (QuantityException e) {
            throw wrong(option + ": " + e.problem() + "; " + e.remedy());
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
