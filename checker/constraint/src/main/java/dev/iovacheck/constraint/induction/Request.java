package dev.iovacheck.constraint.induction;

/**
 * What a map asks for and gets.
 *
 * @param first the first granule
 * @param last the last one that was asked for, inclusive
 * @param taken the last one that was taken, rounded up, inclusive
 * @param limit the last one that the device can be given
 */
record Request(OrderLogic logic, Granule first, Granule last, Granule taken, Granule limit) {

    static Request any(TreeState state) {
        OrderLogic logic = state.logic();
        Granule first = logic.unknown();
        Granule last = logic.unknownLast();
        Granule taken = logic.unknownLast();
        logic.require(logic.atMost(first, last));
        logic.require(logic.atMost(last, taken));
        return new Request(logic, first, last, taken, logic.unknownLast());
    }

    Node node(Condition exists) {
        return new Node(exists, first, taken, logic.truth(true), logic.truth(false), first, last, limit);
    }
}
