package dev.iovacheck.model.machine;

import dev.iovacheck.model.config.Exploration.Option;

/** Ways in which a driver may undo a mapping against the rules. */
public enum WrongUnmap {
    /** What was undone last is undone once more. */
    AGAIN(Option.DOUBLE_UNMAP, "a mapping that it had undone before"),
    /** With the size of the next of the device's buffers that has another number of granules. */
    OTHER_SIZE(Option.WRONG_SIZE, "a mapping with a size that it does not have"),
    /** By its second granule, without the first. */
    INNER_ADDRESS(Option.INNER_ADDRESS, "a mapping by an address inside it");

    private final Option option;
    private final String what;

    WrongUnmap(Option option, String what) {
        this.option = option;
        this.what = what;
    }

    /** The option of configurations that makes drivers do it. */
    public Option option() {
        return option;
    }

    /** What is undone, as {@code a mapping that it had undone before}. */
    public String what() {
        return what;
    }
}
