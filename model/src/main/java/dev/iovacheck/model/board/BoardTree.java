package dev.iovacheck.model.board;

import dev.iovacheck.model.devicetree.DeviceTree;
import java.util.List;

/**
 * A tree and its devices behind IOMMUs.
 *
 * @param tree the tree
 * @param addresses of its buses
 * @param finder what found the devices
 * @param masters the devices, of the nodes that were asked for
 */
record BoardTree(DeviceTree tree, BusAddresses addresses, Masters finder, List<Master> masters) {

    BoardTree {
        masters = List.copyOf(masters);
    }
}
