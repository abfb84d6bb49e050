package dev.iovacheck.counterexamples.picture;

import dev.iovacheck.counterexamples.ReplayedStep.DomainView;
import dev.iovacheck.counterexamples.ReplayedStep.NodeView;
import dev.iovacheck.counterexamples.ReplayedStep.Use;
import dev.iovacheck.model.address.ByteSize;
import dev.iovacheck.model.address.Hex;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The allocator of one domain after a step as an HTML table: its nodes with what lies in them, and where searches begin. */
final class TreeTable {

    private final DomainView now;
    private final @Nullable DomainView before;
    private final StringBuilder html = new StringBuilder();

    private TreeTable(DomainView now, @Nullable DomainView before) {
        this.now = now;
        this.before = before;
    }

    /** @param before the same before the step, or {@code null} if it was not there */
    static String of(DomainView now, @Nullable DomainView before) {
        TreeTable table = new TreeTable(now, before);
        table.write();
        return table.html.toString();
    }

    private void write() {
        html.append("<div class=\"scroll\"><table><caption>Allocator of group ")
                .append(Markup.escaped(now.group()))
                .append(now.nodes().isEmpty() ? ": its tree is empty" : "")
                .append("</caption>");
        if (!now.nodes().isEmpty()) {
            html.append("<thead><tr><th scope=\"col\">node</th><th scope=\"col\">live</th>"
                    + "<th scope=\"col\">cached, queued</th><th scope=\"col\">reserved</th>"
                    + "<th scope=\"col\">this step</th></tr></thead>");
        }
        html.append("<tbody>");
        now.nodes().forEach(this::row);
        html.append("</tbody></table></div>");
        String outside = Stream.concat(now.liveOutside().stream(), now.cachedOutside().stream())
                .map(TreeTable::use)
                .collect(Collectors.joining("; "));
        html.append(outside.isEmpty() ? "" : "<p class=\"key\">In no node: " + outside + "</p>");
        html.append("<p class=\"key\">Searches below 4 GiB start at ")
                .append(start(now.cached32()))
                .append(", others at ")
                .append(start(now.cached()))
                .append(".");
        if (!now.max32IsInitial()) {
            html.append(" Requests of ")
                    .append(Markup.escaped(ByteSize.of(now.max32AllocSize() << now.granuleShift())))
                    .append(" or more below 4 GiB are refused at once.");
        }
        html.append("</p>");
    }

    private String start(@Nullable NodeView node) {
        return node == null ? "the top" : "<code>" + name(node) + "</code>";
    }

    private void row(NodeView node) {
        String change = change(node);
        html.append(change.isEmpty() ? "<tr>" : "<tr class=\"fresh\">")
                .append("<th scope=\"row\"><code>")
                .append(name(node))
                .append("</code></th>");
        for (List<Use> uses : List.of(node.live(), node.cached(), node.promises())) {
            html.append("<td>")
                    .append(uses.stream().map(TreeTable::use).collect(Collectors.joining("<br>")))
                    .append("</td>");
        }
        html.append("<td>").append(change).append("</td></tr>");
    }

    private String change(NodeView node) {
        if (before == null) {
            return "new";
        }
        if (before.nodes().contains(node)) {
            return "";
        }
        boolean isKnown = before.nodes().stream().anyMatch(other -> other.lo() == node.lo() && other.hi() == node.hi());
        return isKnown
                ? "changed"
                : before.nodes().stream().anyMatch(other -> other.hi() == node.hi()) ? "grown" : "new";
    }

    private String name(NodeView node) {
        return node.isInverted()
                ? "pfn_lo " + Hex.of(node.lo()) + ", pfn_hi " + Hex.of(node.hi())
                : now.bytes(node).toString();
    }

    private static String use(Use use) {
        return Markup.escaped(use.who()) + " <code>" + use.bytes() + "</code>";
    }
}
