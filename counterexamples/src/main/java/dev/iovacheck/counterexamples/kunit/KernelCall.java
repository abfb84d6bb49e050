package dev.iovacheck.counterexamples.kunit;

import java.util.List;

/**
 * A call of an allocator function.
 *
 * @param step number of the step that makes it
 * @param cpu on which it is made; -1 if that does not matter
 * @param function name in the kernel
 * @param arguments after the domain, as C constants
 * @param result what it returns in the counterexample: a pfn, or 1 for a node and 0 for none; 0 where it returns nothing
 */
record KernelCall(int step, int cpu, String function, List<String> arguments, long result) {

    KernelCall {
        arguments = List.copyOf(arguments);
    }

    /** As C writes it. */
    String text() {
        return function + "(&iovad"
                + String.join("", arguments.stream().map(each -> ", " + each).toList()) + ")";
    }
}
