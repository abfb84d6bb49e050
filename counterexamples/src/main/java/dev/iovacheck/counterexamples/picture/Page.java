package dev.iovacheck.counterexamples.picture;

import dev.iovacheck.counterexamples.Counterexample;
import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.ReplayedStep;
import dev.iovacheck.counterexamples.ReplayedStep.DomainView;
import dev.iovacheck.counterexamples.explain.Explanation;
import dev.iovacheck.counterexamples.text.CounterexampleText;
import dev.iovacheck.counterexamples.text.CounterexampleText.StepLines;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.model.address.ByteSize;
import dev.iovacheck.model.config.Configuration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Counterexamples as one HTML file that opens from a disk: every step in words, with a picture of the address space and a table of the
 * tree, in which what the step changed is marked. Without JavaScript all steps are listed; with it, a slider shows one at a time. Below
 * 1 MB: where steps are too many, pictures and tables of early ones are left out, which is said.
 */
public final class Page {

    private static final int MOST_PICTURES = 750_000;

    private final StringBuilder html = new StringBuilder();
    private int pictures;

    private Page() {}

    /**
     * The whole file.
     *
     * @param version of this program
     */
    public static String of(List<Replay> replays, String version) {
        Page page = new Page();
        page.write(replays, version);
        return page.html.toString();
    }

    private void write(List<Replay> replays, String version) {
        String title = replays.isEmpty()
                ? "No counterexample"
                : replays.get(0).counterexample().configuration().title();
        title = title.isEmpty() ? "Counterexamples" : title;
        html.append(PageFrame.head(title));
        if (!replays.isEmpty()) {
            html.append("<p class=\"facts\">");
            text(facts(replays.get(0).counterexample().configuration()));
            html.append("</p>\n");
        }
        contents(replays);
        for (int index = 0; index < replays.size(); index++) {
            section(index + 1, replays.get(index));
        }
        html.append("</main>\n<p class=\"facts\">Found by iovacheck ");
        text(version);
        html.append(" in a model of the kernel, and replayed there.</p>\n<script>\n")
                .append(PageParts.SCRIPT)
                .append("</script>\n</body></html>\n");
    }

    private static String facts(Configuration configuration) {
        return "Kernel " + configuration.kernel().label() + ", mechanism "
                + configuration.mechanism().label() + ", "
                + configuration.iommu().mode().name().toLowerCase(Locale.ROOT) + " mode, "
                + configuration.cpus() + (configuration.cpus() == 1 ? " CPU, " : " CPUs, ")
                + ByteSize.of(configuration.iommu().granule()) + " granule";
    }

    private void contents(List<Replay> replays) {
        if (replays.size() < 2) {
            return;
        }
        html.append("<nav aria-label=\"Counterexamples\"><ol>\n");
        for (int index = 0; index < replays.size(); index++) {
            int steps = replays.get(index).steps().size();
            html.append("<li><a href=\"#c").append(index + 1).append("\">");
            text(replays.get(index).counterexample().invariant().id());
            html.append("</a> after ").append(steps).append(steps == 1 ? " step" : " steps");
            html.append("</li>\n");
        }
        html.append("</ol></nav>\n");
    }

    private void section(int number, Replay replay) {
        Invariant invariant = replay.counterexample().invariant();
        Explanation explanation = Explanation.of(replay);
        html.append("<section id=\"c").append(number).append("\"><h2>");
        text(invariant.id());
        html.append("</h2>\n<dl class=\"summary\">\n");
        item("What must hold", invariant.claim());
        item("What happens", replay.violation());
        if (!replay.aftermath().isEmpty()) {
            item("After this", replay.aftermath());
        }
        item(
                explanation.step() == 0 ? "Because" : "To blame: step " + explanation.step(),
                String.join(" ", explanation.sentences()));
        if (!explanation.avoidable().isEmpty()) {
            item("Avoidable", explanation.avoidable());
        }
        if (!explanation.next().isEmpty()) {
            item("What the kernel does next from exactly this tree", String.join(" ", explanation.next()));
        }
        item("Why it matters", invariant.reason());
        html.append("</dl>\n<h3>Steps</h3>\n");
        steps(number, replay, explanation.step());
        html.append("<h3>Sources of the rule</h3>\n<ul>");
        invariant.references().forEach(reference -> {
            html.append("<li><code>");
            text(reference.toString());
            html.append("</code></li>");
        });
        html.append("</ul>\n<h3>Configuration</h3>\n<p class=\"key\">Marked is what these steps depend on.</p>\n<pre>");
        html.append(MarkedConfiguration.of(replay)).append("</pre>\n</section>\n");
    }

    private void steps(int number, Replay replay, int blamed) {
        List<ReplayedStep> all = new ArrayList<>(replay.steps());
        all.addAll(replay.loop());
        if (all.isEmpty()) {
            html.append("<p>None: the initial state is as it must not be.</p>\n");
            return;
        }
        html.append("<div class=\"slider\"><label for=\"s").append(number).append("\">Step</label> ");
        html.append("<input type=\"range\" id=\"s")
                .append(number)
                .append("\" min=\"1\" max=\"")
                .append(all.size())
                .append("\" value=\"")
                .append(all.size())
                .append("\"> <output for=\"s")
                .append(number)
                .append("\"></output> <label><input type=\"checkbox\"> all steps</label></div>\n");
        html.append(
                "<p class=\"key\">In pictures and tables, a thick outline or a coloured line is what the step made, "
                        + "and a dashed outline what it took away.</p>\n");
        html.append("<ol class=\"steps\">\n");
        List<StepLines> words = CounterexampleText.steps(replay);
        int from = firstPicture(replay.counterexample(), all);
        for (int index = 0; index < all.size(); index++) {
            if (index == replay.steps().size()) {
                // Inside the item: with a slider, only the step is seen.
                step(replay, all, index, words.get(index), "From here on, again and again:", blamed, from);
            } else {
                step(replay, all, index, words.get(index), "", blamed, from);
            }
        }
        html.append("</ol>\n");
        if (from > 0) {
            html.append("<p>Pictures and tables of steps 1 to ").append(from).append(" are left out.</p>\n");
        }
    }

    private void step(
            Replay replay, List<ReplayedStep> all, int index, StepLines words, String lead, int blamed, int from) {
        html.append(index + 1 == blamed ? "<li class=\"blamed\">" : "<li>");
        if (!lead.isEmpty()) {
            html.append("<p>").append(lead).append("</p>");
        }
        html.append("<p><strong>").append(index + 1).append(".</strong> <span class=\"call\">");
        text(words.call());
        html.append("</span>").append(index + 1 == blamed ? "<span class=\"tag\">to blame</span>" : "");
        html.append("</p>");
        if (!words.changes().isEmpty()) {
            html.append("<ul class=\"changes\">");
            words.changes().forEach(change -> {
                html.append("<li>");
                text(change);
                html.append("</li>");
            });
            html.append("</ul>");
        }
        if (index >= from) {
            String shown = pictures(replay.counterexample(), all, index);
            pictures += shown.length();
            html.append(shown);
        }
        html.append("</li>\n");
    }

    /** From the end as many as there is room for. */
    private int firstPicture(Counterexample counterexample, List<ReplayedStep> all) {
        int length = pictures;
        for (int index = all.size() - 1; index >= 0; index--) {
            length += pictures(counterexample, all, index).length();
            if (length > MOST_PICTURES) {
                return index + 1;
            }
        }
        return 0;
    }

    /** All domains after a step, the one that it is about first. */
    private static String pictures(Counterexample counterexample, List<ReplayedStep> all, int index) {
        ReplayedStep step = all.get(index);
        List<DomainView> domains = new ArrayList<>(step.domains());
        DomainView first = step.domain();
        if (first != null) {
            domains.remove(first);
            domains.add(0, first);
        }
        StringBuilder shown = new StringBuilder();
        for (DomainView now : domains) {
            DomainView before = index == 0 ? null : all.get(index - 1).domainOf(now.group());
            AddressStrip.Drawn drawn =
                    AddressStrip.of(counterexample, now, before, now.equals(first) ? step.mapped() : List.of());
            shown.append("<figure><figcaption>")
                    .append(Markup.escaped(drawn.title() + " after step " + (index + 1)))
                    .append(now.equals(before) ? ", which it leaves as it was" : "")
                    .append("</figcaption><div class=\"scroll\">")
                    .append(drawn.inPage())
                    .append("</div></figure>")
                    .append(now.equals(before) ? "" : TreeTable.of(now, before));
        }
        return shown.toString();
    }

    private void item(String lead, String words) {
        html.append("<dt>");
        text(lead);
        html.append("</dt><dd>");
        text(words);
        html.append("</dd>\n");
    }

    private void text(String words) {
        html.append(Markup.escaped(words));
    }
}
