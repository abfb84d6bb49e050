package dev.iovacheck.counterexamples.kunit;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.text.CounterexampleText;
import dev.iovacheck.counterexamples.text.WrappedText;
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
        line("#include <linux/sched.h>");
        line("#include <linux/cpumask.h>");
        replays.forEach(this::writeCase);
        line("");
        if (names.isEmpty()) {
            comment("There is no case, and so no suite: the reasons are given above.");
            return;
        }
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
        Optional<Replay> longer = reason.isPresent() || check.isPresent() ? Optional.empty() : OneMoreMap.of(replay);
        if (longer.isPresent()) {
            comment("What is wrong shows with the next map: "
                    + longer.get().violation().replaceFirst("^The mapping", "the mapping"));
            writeFunction(longer.get(), id);
            return;
        }
        if (check.isEmpty()) {
            comment("No test case: " + reason.orElse("what is violated does not show in what the allocator returns")
                    + ".");
            return;
        }
        writeFunction(replay, id);
    }

    private void writeFunction(Replay replay, String id) {
        KernelCalls.Translation translation = KernelCalls.of(replay);
        Check check = Check.of(replay).orElseThrow();
        String name = "iovacheck_" + id.replaceAll("[^a-z0-9]", "_") + "_" + (names.size() + 1);
        names.add(name);
        line("static void " + name + "(struct kunit *test)");
        line("{");
        line("\tstruct iova_domain iovad = {};");
        if (translation.calls().stream().anyMatch(call -> call.function().equals("alloc_iova_fast"))) {
            line("\tunsigned long pfn;");
        }
        line("");
        needed(translation.calls());
        writeCalls(replay, translation.calls(), check);
        line("\tput_iova_domain(&iovad);");
        line("}");
    }

    /** Ranges go to the caches of the CPU that a case runs on; it says on which one it wants to run. */
    private void needed(List<KernelCall> calls) {
        int highest = calls.stream().mapToInt(KernelCall::cpu).max().orElse(-1);
        if (highest > 0) {
            line("\tif (!cpu_online(" + highest + "))");
            line("\t\tkunit_skip(test, \"CPU " + highest + " is not online\");");
        }
    }

    private void writeCalls(Replay replay, List<KernelCall> calls, Check check) {
        List<CounterexampleText.StepLines> words = CounterexampleText.steps(replay);
        int step = 0;
        int cpu = -1;
        for (int index = 0; index < calls.size(); index++) {
            KernelCall call = calls.get(index);
            if (call.step() != step) {
                step = call.step();
                comment("\t", step + ". " + words.get(step - 1).call());
            }
            if (call.cpu() >= 0 && call.cpu() != cpu) {
                cpu = call.cpu();
                line("\tKUNIT_ASSERT_EQ(test, set_cpus_allowed_ptr(current, cpumask_of(" + cpu + ")), 0);");
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
}
