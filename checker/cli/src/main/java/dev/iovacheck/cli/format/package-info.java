/**
 * The neutral result of a run in the forms that other programs read: SARIF, JUnit XML, GitHub's annotations, GitLab's code quality, KTAP.
 * Each is a function of the result; none has a clock, a path of this machine or a number that a slower machine would change.
 */
@NullMarked
package dev.iovacheck.cli.format;

import org.jspecify.annotations.NullMarked;
