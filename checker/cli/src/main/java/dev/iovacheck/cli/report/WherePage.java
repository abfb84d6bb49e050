package dev.iovacheck.cli.report;

import dev.iovacheck.counterexamples.picture.Markup;
import dev.iovacheck.counterexamples.picture.PageFrame;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.allowance.Allowance;
import dev.iovacheck.model.allowance.Cut;
import dev.iovacheck.model.allowance.OtherReading;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.Device;
import dev.iovacheck.model.config.LocatedConfiguration;
import java.util.List;

/** Where each device may be given addresses from, as an HTML file that needs nothing else: strips, and the same in tables. */
public final class WherePage {

    private final Configuration configuration;
    private final WhereCases cases;
    private final StringBuilder html;

    private WherePage(LocatedConfiguration located, StringBuilder html) {
        configuration = located.configuration();
        cases = new WhereCases(located);
        this.html = html;
    }

    /**
     * The whole file.
     *
     * @param version of this program
     */
    public static String of(List<LocatedConfiguration> parts, String version) {
        String title = parts.stream()
                .map(part -> part.configuration().title())
                .filter(each -> !each.isEmpty())
                .findFirst()
                .orElse("Where devices may be given addresses from");
        StringBuilder html = new StringBuilder(PageFrame.head(title));
        parts.forEach(part -> new WherePage(part, html).write());
        return html.append("</main>\n<p class=\"facts\">Worked out by iovacheck ")
                .append(Markup.escaped(version))
                .append(" from the rules of the kernel; addresses are inclusive.</p>\n</body></html>\n")
                .toString();
    }

    private void write() {
        html.append("<p class=\"facts\">");
        text(configuration.source() + ": " + WhereReport.facts(configuration));
        html.append("</p>\n");
        for (WhereCases.Group group : cases.groups()) {
            html.append("<section><h2>");
            text(group.title());
            html.append("</h2>\n");
            for (WhereCases.Owner owner : group.owners()) {
                html.append("<h3>");
                text(owner.device().name());
                html.append("</h3>\n");
                owner.cases().forEach(this::figure);
            }
            html.append("</section>\n");
        }
        for (String device : cases.unbounded()) {
            paragraph(device + ": without an IOMMU, nothing here bounds its addresses");
        }
    }

    private void figure(WhereCases.Case which) {
        String caption = which.condition().isEmpty()
                ? "whoever is probed first"
                : which.condition().replaceFirst("^if ", "");
        html.append("<figure><figcaption>");
        text(caption);
        html.append("</figcaption><div class=\"scroll\">")
                .append(new WhereStrip(configuration, cases).of(which).inPage())
                .append("</div></figure>\n");
        Allowance allowance = which.allowance();
        if (allowance.refused()) {
            paragraph(
                    "Nothing is allowed: dma-ranges and aperture have nothing in common, and it gets -EFAULT at probe");
        }
        table(allowance);
        OtherReading.of(allowance).ifPresent(reading -> {
            paragraph("As written, " + WhereReport.asWritten(reading) + ".");
            paragraph("Or meant: " + WhereReport.orMeant(reading, configuration) + ".");
        });
    }

    private void table(Allowance allowance) {
        html.append("<div class=\"scroll\"><table><thead><tr>");
        for (String head : List.of("", "from", "to", "size", "pages", "why", "said by", "kernel")) {
            html.append("<th scope=\"col\">").append(head).append("</th>");
        }
        html.append("</tr></thead><tbody>\n");
        allowance.allowed().forEach(extent -> row("allowed", extent, "", "", ""));
        allowance.outsideWindow().forEach(extent -> row("warning", extent, "the hardware cannot use it", "", ""));
        for (Cut cut : allowance.cuts()) {
            String function = cut.rule().function().isEmpty() ? "" : cut.rule().function() + ": ";
            row(
                    "cut",
                    cut.bytes(),
                    WhereCases.reason(cut),
                    cut.place(),
                    function + cut.rule().kernels());
        }
        Device device = allowance.device();
        for (Cut kept : cases.notCut(device)) {
            row(
                    "not cut",
                    kept.bytes(),
                    "software's doorbells, which only domains of users keep off",
                    kept.place(),
                    "");
        }
        row("hardware", device.window(), "what it can use", cases.windowPlace(device), "");
        html.append("</tbody></table></div>\n");
    }

    private void row(String kind, Extent extent, String reason, String place, String kernel) {
        boolean isOpen = extent.last() == -1L;
        html.append("<tr><th scope=\"row\">").append(kind).append("</th><td><code>");
        html.append(Hex.of(extent.first())).append("</code></td><td><code>");
        html.append(isOpen ? "" : Hex.of(extent.last())).append("</code></td>");
        String size = isOpen ? "" : WhereReport.bytes(extent, configuration);
        String pages = isOpen ? "" : Numbers.of(WhereReport.pages(extent, configuration));
        for (String cell : List.of(size, pages, reason, place, kernel)) {
            html.append("<td>");
            text(cell);
            html.append("</td>");
        }
        html.append("</tr>\n");
    }

    private void paragraph(String words) {
        html.append("<p>");
        text(words);
        html.append("</p>\n");
    }

    private void text(String words) {
        html.append(Markup.escaped(words));
    }
}
