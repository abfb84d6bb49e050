/** Micro-benchmarks of what a search does most often: step, store, look up. */
package dev.iovacheck.bench.micro;
