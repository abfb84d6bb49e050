package dev.iovacheck.model.config;

/**
 * A value of the configuration with what is known about where it came from, so that later checks neither blame the user for a
 * default nor complain twice about one mistake.
 *
 * @param value what was read; the default if nothing was, or if it could not be read
 * @param place of the value; of what it belongs to, if the value was not given
 */
record Setting<T>(T value, Place place, Origin origin) {

    enum Origin {
        GIVEN,
        DEFAULT,
        /** Given, but wrong; reported already. */
        FAULTY
    }

    static <T> Setting<T> given(T value, Place place) {
        return new Setting<>(value, place, Origin.GIVEN);
    }

    static <T> Setting<T> byDefault(T value, Place place) {
        return new Setting<>(value, place, Origin.DEFAULT);
    }

    boolean isGiven() {
        return origin == Origin.GIVEN;
    }

    /** Whether the value can be judged. */
    boolean isSound() {
        return origin != Origin.FAULTY;
    }

    /** The same, but a default is replaced by {@code other}: for defaults that depend on other settings. */
    Setting<T> orByDefault(T other) {
        return origin == Origin.DEFAULT ? new Setting<>(other, place, origin) : this;
    }
}
