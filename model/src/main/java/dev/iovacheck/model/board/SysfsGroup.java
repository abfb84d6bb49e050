package dev.iovacheck.model.board;

import java.util.ArrayList;
import java.util.List;

/**
 * What sysfs says of an IOMMU group, unread.
 *
 * @param number its name
 * @param type word of the file of this name
 * @param regions lines of {@code reserved_regions}
 * @param devices its members
 * @param place where the regions are said
 */
record SysfsGroup(String number, String type, List<String> regions, List<SysfsDevice> devices, String place) {

    SysfsGroup {
        regions = List.copyOf(regions);
        devices = List.copyOf(devices);
    }

    /**
     * The groups of a snapshot: lines {@code group N}, and below each {@code type}, {@code reserved START END TYPE} and {@code device NAME
     * KEY=VALUE...}; what begins with {@code #} ends them, and what is none of these is left out.
     */
    static List<SysfsGroup> ofSnapshot(String file, String text) {
        List<SysfsGroup> groups = new ArrayList<>();
        String number = "";
        String type = "";
        int begin = 0;
        List<String> regions = new ArrayList<>();
        List<SysfsDevice> devices = new ArrayList<>();
        List<String> lines = new ArrayList<>(text.lines().toList());
        lines.add("#");
        for (int line = 0; line < lines.size(); line++) {
            String[] words = lines.get(line).strip().split(" +", 3);
            boolean ends = words[0].equals("group") || words[0].startsWith("#");
            if (ends && !number.isEmpty()) {
                groups.add(new SysfsGroup(number, type, regions, devices, file + ":" + begin));
                number = "";
                type = "";
                regions.clear();
                devices.clear();
            }
            if (words.length < 2) {
                continue;
            }
            switch (words[0]) {
                case "group" -> {
                    number = words[1];
                    begin = line + 1;
                }
                case "type" -> type = words[1];
                case "reserved" ->
                    regions.add(lines.get(line)
                            .strip()
                            .substring("reserved".length())
                            .strip());
                case "device" -> devices.add(device(words));
                default -> {}
            }
        }
        return groups;
    }

    private static SysfsDevice device(String[] words) {
        String bits = "";
        for (String pair : words.length < 3 ? new String[0] : words[2].split(" +", -1)) {
            if (pair.startsWith("dma_mask_bits=")) {
                bits = pair.substring("dma_mask_bits=".length());
            }
        }
        return new SysfsDevice(words[1], bits, "", "");
    }
}
