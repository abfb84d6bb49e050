package dev.iovacheck.cli.format;

import dev.iovacheck.cli.result.ConfigurationResult;
import dev.iovacheck.cli.result.RunResult;
import java.util.List;

/** KTAP, version 1: one test for each configuration, and in it one for each invariant. Names are stable; nothing tells the time. */
public final class Ktap {

    private static final String HEAD = "KTAP version 1\n";
    private static final String INDENT = "    ";

    private Ktap() {}

    /** The whole report. */
    public static String of(RunResult run) {
        StringBuilder text = new StringBuilder(HEAD);
        text.append("1..").append(run.configurations().size()).append('\n');
        int number = 0;
        for (ConfigurationResult configuration : run.configurations()) {
            number++;
            List<TestCase> cases = TestCase.of(configuration);
            boolean isBad = cases.stream().anyMatch(TestCase::isBad);
            if (!cases.isEmpty()) {
                cases(name(configuration), cases, text);
            }
            text.append(isBad ? "not ok " : "ok ")
                    .append(number)
                    .append(' ')
                    .append(name(configuration))
                    .append('\n');
        }
        return text.toString();
    }

    /** The source without what begins a directive. */
    private static String name(ConfigurationResult configuration) {
        return line(configuration.source()).replace('#', '_');
    }

    private static void cases(String name, List<TestCase> cases, StringBuilder text) {
        text.append(INDENT).append(HEAD);
        text.append(INDENT).append("# Subtest: ").append(name).append('\n');
        text.append(INDENT).append("1..").append(cases.size()).append('\n');
        for (int index = 0; index < cases.size(); index++) {
            TestCase each = cases.get(index);
            if (each.isBad()) {
                each.details()
                        .lines()
                        .forEach(line ->
                                text.append(INDENT).append("# ").append(line).append('\n'));
            }
            text.append(INDENT)
                    .append(each.isBad() ? "not ok " : "ok ")
                    .append(index + 1)
                    .append(' ')
                    .append(each.name())
                    .append(remark(each))
                    .append('\n');
        }
    }

    private static String remark(TestCase each) {
        String remark = line(each.remark());
        return switch (each.kind()) {
            case SKIPPED -> " # SKIP " + remark;
            case EXPECTED_FAILURE -> " # XFAIL " + remark;
            case UNDECIDED, FAILED -> " # " + remark;
            case PASSED -> "";
        };
    }

    private static String line(String text) {
        return text.replaceAll("\\R", " ");
    }
}
