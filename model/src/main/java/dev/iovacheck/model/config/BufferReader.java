package dev.iovacheck.model.config;

import dev.iovacheck.model.config.Buffer.Attribute;
import dev.iovacheck.model.config.Buffer.Call;
import dev.iovacheck.model.config.Buffer.Segment;
import dev.iovacheck.model.config.Vocabulary.Block;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what drivers map: {@code 4KiB}, or a block that names the call and says more of the buffer. */
final class BufferReader {

    private final Values values;

    BufferReader(Values values) {
        this.values = values;
    }

    /** One size or block, or a list of them. */
    Optional<List<Placed<Buffer>>> read(YamlNode node) {
        if (node instanceof YamlNode.Scalar || node instanceof YamlNode.Mapping) {
            return buffer(node).map(buffer -> List.of(new Placed<>(node.place(), buffer)));
        }
        return values.listOf(node, "map", Vocabulary.MOST_SIZES, this::buffer).filter(buffers -> {
            if (buffers.isEmpty()) {
                values.faults()
                        .report(
                                node.place(),
                                "'map' lists no size",
                                "list one, or leave the device out of the workload");
            }
            return !buffers.isEmpty();
        });
    }

    private Optional<Buffer> buffer(YamlNode node) {
        if (node instanceof YamlNode.Mapping) {
            return Section.of(node, "a mapping", Block.MAPPING, values).flatMap(this::buffer);
        }
        return size(node).map(Buffer::page);
    }

    private Optional<Long> size(YamlNode node) {
        return values.quantity(node, "map").filter(size -> {
            if (size == 0) {
                values.faults()
                        .report(node.place(), "a mapping of 0 bytes is refused by the DMA API", "write at least 1B");
            }
            return size != 0;
        });
    }

    private Optional<Buffer> buffer(Section section) {
        Setting<Call> call = section.setting("call", Call.PAGE, node -> values.word(node, "call", Vocabulary.CALLS));
        Setting<Long> size = section.setting("size", 0L, this::size);
        Setting<Long> offset = section.setting("offset", 0L, node -> values.quantity(node, "offset"));
        Setting<List<Placed<Segment>>> segments = section.setting("segments", List.of(), this::segments);
        Setting<Set<Attribute>> attributes = section.setting("attributes", Set.of(), this::attributes);
        if (!call.isSound()
                || !size.isSound()
                || !offset.isSound()
                || !segments.isSound()
                || !attributes.isSound()
                || !isWhole(section, call.value())) {
            return Optional.empty();
        }
        List<Segment> listed = segments.value().stream().map(Placed::value).toList();
        long bytes = size.value();
        long first = offset.value();
        if (call.value() == Call.SG) {
            bytes = listed.stream().mapToLong(Segment::size).sum();
            first = listed.get(0).offset();
        } else if (call.value() == Call.IOVA && !listed.isEmpty()) {
            first = listed.get(0).offset();
        } else if (call.value() == Call.IOVA) {
            listed = List.of(new Segment(bytes, first));
        }
        return Optional.of(new Buffer(call.value(), bytes, first, listed, attributes.value()));
    }

    /** Whether it says what its call needs, and nothing that its call does not have. */
    private boolean isWhole(Section section, Call call) {
        boolean sg = call == Call.SG;
        String wanted = sg ? "segments" : "size";
        if (!section.has(wanted)) {
            values.faults()
                    .report(
                            section.place(),
                            "the mapping has no " + Quoting.quote(wanted),
                            sg
                                    ? "write for instance { call: sg, segments: [4KiB, 4KiB] }"
                                    : "write for instance { call: " + call.label() + ", size: 8KiB }");
            return false;
        }
        if (sg && section.has("size")) {
            return refuse(section, "size", "the size of a scatter list is that of its segments", "leave it out");
        }
        if (section.has("segments") && !sg && call != Call.IOVA) {
            return refuse(
                    section, "segments", "only scatter lists and two-phase mappings have segments", "leave them out");
        }
        if (section.has("offset") && (call == Call.COHERENT || sg || section.has("segments"))) {
            return refuse(
                    section,
                    "offset",
                    call == Call.COHERENT ? "coherent memory starts at a granule" : "offsets are those of the segments",
                    call == Call.COHERENT ? "leave it out" : "write { size: 4KiB, offset: 512B } among the segments");
        }
        return true;
    }

    private boolean refuse(Section section, String key, String problem, String remedy) {
        values.faults().report(section.placeOf(key), problem, remedy);
        return false;
    }

    private Optional<List<Placed<Segment>>> segments(YamlNode node) {
        return values.listOf(node, "segments", Vocabulary.MOST_SEGMENTS, this::segment)
                .filter(segments -> {
                    if (segments.isEmpty()) {
                        values.faults().report(node.place(), "'segments' lists no segment", "list at least one");
                    }
                    return !segments.isEmpty();
                });
    }

    private Optional<Segment> segment(YamlNode node) {
        if (!(node instanceof YamlNode.Mapping)) {
            return size(node).map(size -> new Segment(size, 0));
        }
        return Section.of(node, "a segment", Block.SEGMENT, values).flatMap(section -> {
            Setting<Long> size = section.setting("size", 0L, this::size);
            Setting<Long> offset = section.setting("offset", 0L, given -> values.quantity(given, "offset"));
            if (!section.has("size")) {
                values.faults()
                        .report(section.place(), "the segment has no 'size'", "write { size: 4KiB, offset: 512B }");
            }
            return section.has("size") && size.isSound() && offset.isSound()
                    ? Optional.of(new Segment(size.value(), offset.value()))
                    : Optional.empty();
        });
    }

    private Optional<Set<Attribute>> attributes(YamlNode node) {
        return values.listOf(
                        node,
                        "attributes",
                        Attribute.values().length,
                        item -> values.word(item, "attribute", Vocabulary.ATTRIBUTES))
                .map(listed -> {
                    Set<Attribute> attributes = EnumSet.noneOf(Attribute.class);
                    listed.forEach(attribute -> attributes.add(attribute.value()));
                    return attributes;
                });
    }
}
