/**
 * Recordings of running kernels ({@code ftrace} text) against what must hold: {@link
 * dev.iovacheck.counterexamples.monitor.RecordingReader} reads them line by line, {@link
 * dev.iovacheck.counterexamples.monitor.Monitor} checks every mapping and runs the allocator of {@link
 * dev.iovacheck.model.iova.IovaDomain} in lock step with the kernel's own, and {@link
 * dev.iovacheck.counterexamples.monitor.RecordedFinding} is what can be replayed and made smaller of a finding.
 *
 * <p>How an allocator works is not said here: the model is asked. What a recording does not tell is counted and said, and never taken for
 * a mistake of the kernel's.
 */
@NullMarked
package dev.iovacheck.counterexamples.monitor;

import org.jspecify.annotations.NullMarked;
