package dev.iovacheck.constraint.induction;

/**
 * What a map asks for and gets. Where it begins is a multiple of its size by whatever serves it: the search of the tree looks at such
 * places only ({@code __alloc_and_insert_iova_range}, recorded), and a cache has what was taken there once.
 *
 * @param first the first granule
 * @param last the last one that was asked for, inclusive
 * @param taken the last one that was taken, rounded up, inclusive
 * @param isAligned whether the first is a multiple of the number that was taken, rounded up to a power of two
 * @param limit the last one that the device can be given
 */
record Request(OrderLogic logic, Granule first, Granule last, Granule taken, Condition isAligned, Granule limit) {

    static Request any(TreeState state) {
        OrderLogic logic = state.logic();
        Granule first = logic.unknown();
        Granule last = logic.unknownLast();
        Granule taken = logic.unknownLast();
        logic.require(logic.atMost(first, last));
        logic.require(logic.atMost(last, taken));
        return new Request(logic, first, last, taken, logic.unknownCondition(), logic.unknownLast());
    }

    Node node(Condition exists) {
        return new Node(
                exists, first, taken, logic.truth(true), logic.truth(false), first, last, taken, isAligned, limit);
    }
}
