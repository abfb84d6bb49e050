package dev.iovacheck.constraint.induction;

import org.jspecify.annotations.Nullable;

/**
 * What comes of a step.
 *
 * @param after the state
 * @param taken what a map has taken; {@code null} in other steps
 * @param promise what was promised in it; {@code null} if nothing can be
 * @param isPromised whether it was
 */
record Change(
        TreeState after,
        @Nullable Request taken,
        @Nullable Arguments promise,
        @Nullable Condition isPromised) {

    static Change of(TreeState after) {
        return new Change(after, null, null, null);
    }

    static Change taking(TreeState after, Request taken) {
        return new Change(after, taken, null, null);
    }

    static Change promising(TreeState after, Arguments promise, Condition isPromised) {
        return new Change(after, null, promise, isPromised);
    }

    /** The state after it, with the promise that was made in it in the place of the one that stood before. */
    @Nullable
    TreeState withNewPromise() {
        if (promise == null || isPromised == null) {
            return null;
        }
        OrderLogic logic = after.logic();
        return new TreeState(
                logic, after.nodes(), after.surroundings().withPromise(isPromised, promise.first(), promise.last()));
    }
}
