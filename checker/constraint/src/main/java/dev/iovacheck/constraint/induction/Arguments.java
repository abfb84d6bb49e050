package dev.iovacheck.constraint.induction;

/**
 * What a reservation call makes of its bytes: two granule numbers. A length of 0 and one that wraps make the last less than the first;
 * any two numbers can come about.
 */
record Arguments(Granule first, Granule last) {

    static Arguments any(TreeState state) {
        OrderLogic logic = state.logic();
        return new Arguments(logic.unknown(), logic.unknownLast());
    }
}
