package dev.iovacheck.counterexamples.kunit;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.ReplayedStep;
import dev.iovacheck.counterexamples.ReplayedStep.DomainView;
import dev.iovacheck.counterexamples.ReplayedStep.NodeView;
import dev.iovacheck.counterexamples.ReplayedStep.Use;
import dev.iovacheck.counterexamples.text.CounterexampleText;
import dev.iovacheck.counterexamples.text.WrappedText;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A KUnit suite with a case for each counterexample that the functions of {@code drivers/iommu/iova.c} show. The range that the last
 * call hands out, or that nothing covers any more, is what a case expects to be otherwise; all other calls must come to what they come to
 * in the counterexample, or there is nothing to see and the case says so.
 */
public final class KUnitTest {

    private static final int WIDTH = 75;

    private final StringBuilder text = new StringBuilder();
    private final List<String> names = new ArrayList<>();

    private KUnitTest() {}

    /** The whole file; each line ends in a line feed. */
    public static String of(List<Replay> replays) {
        KUnitTest suite = new KUnitTest();
        suite.write(replays);
        return suite.text.toString();
    }

    private void write(List<Replay> replays) {
        line("// SPDX-License-Identifier: GPL-2.0");
        line("/*");
        line(" * What must not happen, found by iovacheck. Needs CONFIG_IOMMU_IOVA; each");
        line(" * case fails on a kernel that does it.");
        line(" */");
        line("#include <kunit/test.h>");
        line("#include <linux/iova.h>");
        replays.forEach(this::writeCase);
        line("");
        line("static struct kunit_case iovacheck_cases[] = {");
        names.forEach(name -> line("\tKUNIT_CASE(" + name + "),"));
        line("\t{}");
        line("};");
        line("");
        line("static struct kunit_suite iovacheck_suite = {");
        line("\t.name = \"iovacheck\",");
        line("\t.test_cases = iovacheck_cases,");
        line("};");
        line("kunit_test_suite(iovacheck_suite);");
        line("");
        line("MODULE_DESCRIPTION(\"IOVA allocator: counterexamples\");");
        line("MODULE_LICENSE(\"GPL\");");
    }

    private void writeCase(Replay replay) {
        KernelCalls.Translation translation = KernelCalls.of(replay);
        String id = replay.counterexample().invariant().id();
        line("");
        comment(id + ": " + replay.violation());
        Optional<String> reason = translation.reason();
        Optional<Check> check = reason.isPresent() ? Optional.empty() : Check.of(replay);
        if (check.isEmpty()) {
            comment("No test case: " + reason.orElse("what is violated does not show in what the allocator returns")
                    + ".");
            return;
        }
        String name = "iovacheck_" + id.replaceAll("[^a-z0-9]", "_") + "_" + (names.size() + 1);
        names.add(name);
        line("static void " + name + "(struct kunit *test)");
        line("{");
        line("\tstruct iova_domain iovad = {};");
        if (translation.calls().stream().anyMatch(call -> call.function().equals("alloc_iova_fast"))) {
            line("\tunsigned long pfn;");
        }
        line("");
        writeCalls(replay, translation.calls(), check.get());
        line("\tput_iova_domain(&iovad);");
        line("}");
    }

    private void writeCalls(Replay replay, List<KernelCall> calls, Check check) {
        List<CounterexampleText.StepLines> words = CounterexampleText.steps(replay);
        int step = 0;
        for (int index = 0; index < calls.size(); index++) {
            KernelCall call = calls.get(index);
            if (call.step() != step) {
                step = call.step();
                comment("\t", step + ". " + words.get(step - 1).call());
            }
            boolean isLast = index == calls.size() - 1;
            switch (call.function()) {
                case "alloc_iova_fast" -> {
                    line("\tpfn = " + call.text() + ";");
                    line(
                            isLast && check.ofLast()
                                    ? "\tKUNIT_EXPECT_TRUE(test, " + check.condition() + ");"
                                    : "\tKUNIT_ASSERT_EQ(test, pfn, " + KernelCalls.ul(call.result()) + ");");
                }
                case "reserve_iova" ->
                    line(
                            isLast && check.ofLast()
                                    ? "\tKUNIT_EXPECT_TRUE(test, !" + call.text() + ");"
                                    : "\tKUNIT_ASSERT_TRUE(test, " + (call.result() == 0 ? "!" : "!!") + call.text()
                                            + ");");
                case "iova_domain_init_rcaches" -> line("\tKUNIT_ASSERT_EQ(test, " + call.text() + ", 0);");
                default -> line("\t" + call.text() + ";");
            }
        }
        if (!check.ofLast()) {
            comment("\t", check.words());
            line("\tKUNIT_EXPECT_TRUE(test, " + check.condition() + ");");
        }
        line("");
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    private void comment(String words) {
        comment("", words);
    }

    private void comment(String indent, String words) {
        line(indent + "/*");
        WrappedText wrapped = new WrappedText(WIDTH - 8 * indent.length());
        wrapped.wrap("", 0, words);
        wrapped.toString().lines().forEach(each -> line(indent + " * " + each));
        line(indent + " */");
    }

    /**
     * What is expected of a right kernel.
     *
     * @param ofLast whether it is about what the last call returns
     * @param condition in C; {@code pfn} is what the last map returned
     * @param words what it says
     */
    record Check(boolean ofLast, String condition, String words) {

        static Optional<Check> of(Replay replay) {
            ReplayedStep last = replay.steps().get(replay.steps().size() - 1);
            int shift = replay.counterexample().configuration().iommu().granuleShift();
            return switch (replay.counterexample().invariant().id()) {
                case "no-reserved-overlap" -> overlap(replay, last, shift);
                case "lower-bound" -> bound(replay, last, shift);
                case "reservation-persistence" -> covered(last, shift);
                case "errno-conformance" ->
                    last.action().reservation() >= 0
                            ? Optional.of(new Check(true, "", "the reservation is refused"))
                            : Optional.empty();
                default -> Optional.empty();
            };
        }

        private static Optional<Check> overlap(Replay replay, ReplayedStep last, int shift) {
            DomainView before = replay.steps().size() < 2
                    ? null
                    : replay.steps().get(replay.steps().size() - 2).domain();
            if (before == null || last.mapped().isEmpty()) {
                return Optional.empty();
            }
            Extent mapped = last.mapped().get(0);
            return before.promises().stream()
                    .map(Use::bytes)
                    .filter(mapped::intersects)
                    .findFirst()
                    .map(bytes -> new Check(
                            true,
                            (mapped.size() >>> shift == 1
                                            ? "pfn"
                                            : "pfn + " + KernelCalls.ul((mapped.size() >>> shift) - 1))
                                    + " < "
                                    + KernelCalls.ul(bytes.first() >>> shift) + " || pfn > "
                                    + KernelCalls.ul(bytes.last() >>> shift),
                            "the map stays out of the reservation"));
        }

        private static Optional<Check> bound(Replay replay, ReplayedStep last, int shift) {
            if (last.mapped().isEmpty()) {
                return Optional.empty();
            }
            Device device = replay.counterexample()
                    .configuration()
                    .devices()
                    .get(last.action().device());
            return Optional.of(new Check(
                    true,
                    "!pfn || pfn >= " + KernelCalls.ul(device.window().first() >>> shift),
                    "the map stays inside the window"));
        }

        private static Optional<Check> covered(ReplayedStep last, int shift) {
            DomainView view = last.domain();
            if (view == null) {
                return Optional.empty();
            }
            for (Use promise : view.promises()) {
                Extent pfns = KernelCalls.pfns(promise.bytes(), shift);
                for (long pfn : new long[] {pfns.first(), pfns.last()}) {
                    if (view.nodes().stream().noneMatch(node -> holds(node, pfn))) {
                        return Optional.of(new Check(
                                false,
                                "!!find_iova(&iovad, " + KernelCalls.ul(pfn) + ")",
                                "The reservation is still in the tree."));
                    }
                }
            }
            return Optional.empty();
        }

        private static boolean holds(NodeView node, long pfn) {
            return !node.isInverted() && new Extent(node.lo(), node.hi()).contains(pfn);
        }
    }
}
