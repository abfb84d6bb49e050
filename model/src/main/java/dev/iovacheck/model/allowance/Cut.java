package dev.iovacheck.model.allowance;

import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.config.FirmwareRegion;
import org.jspecify.annotations.Nullable;

/**
 * A part of the address space that the allocator does not hand out.
 *
 * @param bytes as it is said, inclusive; what the allocator keeps off is rounded to granules
 * @param rule why
 * @param type what kind of region it is; {@code null} if it is none
 * @param place the line or property that says so; empty for what no file says
 */
public record Cut(Extent bytes, Rule rule, FirmwareRegion.@Nullable Type type, String place) {}
