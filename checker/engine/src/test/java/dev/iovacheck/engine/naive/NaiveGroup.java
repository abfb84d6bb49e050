package dev.iovacheck.engine.naive;

import dev.iovacheck.model.config.DomainType;

/**
 * What is true of a group beside what is in its allocator.
 *
 * @param type of its default domain
 * @param user what the user of the group has attached
 * @param first the device that has been there longest, as far as is known; -1 where nobody asks
 */
record NaiveGroup(DomainType type, User user, int first) {

    /** Who has the group. */
    enum User {
        NOBODY,
        /** A user who has attached nothing yet. */
        WITHOUT_DOMAIN,
        WITH_DOMAIN
    }

    NaiveGroup withUser(User other) {
        return new NaiveGroup(type, other, first);
    }

    NaiveGroup withDevicesRenamed(int[] names) {
        return new NaiveGroup(type, user, first < 0 ? first : names[first]);
    }
}
