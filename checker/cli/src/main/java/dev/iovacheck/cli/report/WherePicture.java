package dev.iovacheck.cli.report;

import dev.iovacheck.counterexamples.picture.PictureSheet;
import dev.iovacheck.model.config.LocatedConfiguration;
import java.util.List;

/** Where each device may be given addresses from, as an SVG document: a strip for each device and each case. */
public final class WherePicture {

    private WherePicture() {}

    /** Ends in a line feed. */
    public static String of(List<LocatedConfiguration> parts) {
        PictureSheet sheet = new PictureSheet();
        for (LocatedConfiguration located : parts) {
            sheet.heading(located.configuration().source() + ": " + WhereReport.facts(located.configuration()));
            WhereCases cases = new WhereCases(located);
            WhereStrip strip = new WhereStrip(located.configuration(), cases);
            for (WhereCases.Group group : cases.groups()) {
                for (WhereCases.Owner owner : group.owners()) {
                    for (WhereCases.Case each : owner.cases()) {
                        sheet.heading(group.title() + ": " + owner.device().name()
                                + (each.condition().isEmpty() ? "" : ", " + each.condition()));
                        sheet.draw(strip.of(each));
                    }
                }
            }
            for (String device : cases.unbounded()) {
                sheet.heading(device + ": without an IOMMU, nothing here bounds its addresses");
            }
        }
        return sheet.toString();
    }
}
