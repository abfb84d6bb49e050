/**
 * What came out of a run, for machines and for keeping: verdicts, findings with places, steps and fingerprints, without the machine and
 * its states. All forms for gates are written from this, and a cache keeps it. Not the report for people, which shows what the steps did
 * to the allocator.
 *
 * <p>Everything is a value. Equal results have equal JSON, byte for byte.
 */
@NullMarked
package dev.iovacheck.cli.result;

import org.jspecify.annotations.NullMarked;
