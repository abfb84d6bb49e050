/**
 * Ways to a violation: replaying them on the model without any search, and telling people about them.
 *
 * <p>What a user is told has been confirmed here. Nothing here searches; engines hand over a list of actions, recordings a list of
 * calls.
 */
@NullMarked
package dev.iovacheck.counterexamples;

import org.jspecify.annotations.NullMarked;
