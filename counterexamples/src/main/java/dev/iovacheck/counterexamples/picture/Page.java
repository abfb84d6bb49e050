package dev.iovacheck.counterexamples.picture;

import dev.iovacheck.counterexamples.Replay;
import dev.iovacheck.counterexamples.ReplayedStep;
import dev.iovacheck.counterexamples.ReplayedStep.DomainView;
import dev.iovacheck.counterexamples.ReplayedStep.NodeView;
import dev.iovacheck.counterexamples.ReplayedStep.Use;
import dev.iovacheck.counterexamples.explain.Explanation;
import dev.iovacheck.counterexamples.text.CounterexampleText;
import dev.iovacheck.counterexamples.text.CounterexampleText.StepLines;
import dev.iovacheck.invariants.Invariant;
import dev.iovacheck.model.address.Extent;
import dev.iovacheck.model.address.Hex;
import dev.iovacheck.model.config.Configuration;
import dev.iovacheck.model.config.ConfigurationText;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Counterexamples as one HTML file that opens from a disk: every step in words, with a picture of the address space and a table of the
 * tree. Without JavaScript all steps are listed; with it, a slider shows one at a time. Below 1 MB: where steps are too many, pictures and
 * tables of early ones are left out, which is said.
 */
public final class Page {

    private static final int MOST_PICTURES = 750_000;
    private static final Pattern MATTERS =
            Pattern.compile("^ *(-? ?\\{? ?)(device|window|mask|map|live|range|start)\\b.*");

    private static final String STYLE =
            "body{font:15px/1.45 sans-serif;max-width:62rem;margin:1rem auto;padding:0 1rem;"
                    + "color:#222;background:#fff}pre,code{font:13px/1.4 monospace}pre{overflow-x:auto}mark{background:#fe9}"
                    + "ol.steps{list-style:none;padding:0}ol.steps>li{border-top:1px solid #bbb;padding:.5rem 0}"
                    + "li.blamed{border-left:4px solid #c33;padding-left:.6rem}"
                    + "table{border-collapse:collapse;margin:.4rem 0}th,td{text-align:left;padding:.1rem .7rem .1rem 0;"
                    + "font-size:13px;vertical-align:top}.slider{display:none}.js .slider{display:block}"
                    + ".js li.hidden{display:none}input[type=range]{width:100%}"
                    + "@media(prefers-color-scheme:dark){body{color:#ddd;background:#161616}mark{background:#653;color:#fff}}";

    private static final String SCRIPT = "document.documentElement.classList.add('js');"
            + "document.querySelectorAll('section').forEach(function(s){var r=s.querySelector('input[type=range]'),"
            + "a=s.querySelector('input[type=checkbox]'),l=s.querySelectorAll('ol.steps>li'),o=s.querySelector('output');"
            + "if(!r)return;function f(){l.forEach(function(e,i){e.classList.toggle('hidden',!a.checked&&i!=r.value-1)});"
            + "o.textContent=r.value+' of '+l.length}r.oninput=a.onchange=f;f()});";

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
        html.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n");
        html.append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>");
        text(title.isEmpty() ? "Counterexamples" : title);
        html.append("</title>\n<style>")
                .append(STYLE)
                .append(AddressStrip.STYLE)
                .append("</style></head><body>\n<h1>");
        text(title.isEmpty() ? "Counterexamples" : title);
        html.append("</h1>\n");
        for (int index = 0; index < replays.size(); index++) {
            section(index, replays.get(index));
        }
        html.append("<p>Found by iovacheck ");
        text(version);
        html.append(".</p>\n<script>").append(SCRIPT).append("</script>\n</body></html>\n");
    }

    private void section(int number, Replay replay) {
        Invariant invariant = replay.counterexample().invariant();
        Explanation explanation = Explanation.of(replay);
        html.append("<section><h2>");
        text(invariant.id());
        html.append("</h2>\n");
        paragraph("Violated", invariant.claim());
        paragraph("Here", replay.violation());
        if (!replay.aftermath().isEmpty()) {
            paragraph("After this", replay.aftermath());
        }
        paragraph(
                explanation.step() == 0 ? "Because" : "Step " + explanation.step() + " is to blame",
                String.join(" ", explanation.sentences()));
        paragraph("Why it matters", invariant.reason());
        html.append("<h3>Steps</h3>\n");
        steps(number, replay, explanation.step());
        html.append("<h3>Sources of the rule</h3>\n<ul>");
        invariant.references().forEach(reference -> {
            html.append("<li><code>");
            text(reference.toString());
            html.append("</code></li>");
        });
        html.append("</ul>\n<h3>Configuration</h3>\n<pre>");
        configuration(replay.counterexample().alone().configuration());
        html.append("</pre></section>\n");
    }

    private void steps(int number, Replay replay, int blamed) {
        List<ReplayedStep> all = new ArrayList<>(replay.steps());
        all.addAll(replay.loop());
        List<StepLines> words = CounterexampleText.steps(replay);
        if (!all.isEmpty()) {
            html.append("<div class=\"slider\"><label for=\"s")
                    .append(number)
                    .append("\">Step</label> <output for=\"s");
            html.append(number)
                    .append("\"></output> <input type=\"range\" id=\"s")
                    .append(number);
            html.append("\" min=\"1\" max=\"")
                    .append(all.size())
                    .append("\" value=\"")
                    .append(all.size());
            html.append("\"><label><input type=\"checkbox\"> all steps</label></div>\n");
        }
        html.append("<ol class=\"steps\">\n");
        int from = firstPicture(replay, all);
        for (int index = 0; index < all.size(); index++) {
            html.append(index + 1 == blamed ? "<li class=\"blamed\">" : "<li>");
            if (index == replay.steps().size()) {
                html.append("<p>From here on, again and again:</p>");
            }
            html.append("<p><strong>").append(index + 1).append(".</strong> ");
            text(words.get(index).call());
            html.append("</p>");
            if (!words.get(index).changes().isEmpty()) {
                html.append("<ul>");
                words.get(index).changes().forEach(change -> {
                    html.append("<li>");
                    text(change);
                    html.append("</li>");
                });
                html.append("</ul>");
            }
            DomainView view = all.get(index).domain();
            if (view != null && index >= from) {
                String picture = picture(replay, all.get(index), view);
                pictures += picture.length();
                html.append(picture);
            }
            html.append("</li>\n");
        }
        html.append("</ol>\n");
        if (from > 0) {
            html.append("<p>Pictures and tables of steps 1 to ").append(from).append(" are left out.</p>\n");
        }
    }

    /** From the end as many as there is room for. */
    private int firstPicture(Replay replay, List<ReplayedStep> all) {
        int length = pictures;
        for (int index = all.size() - 1; index >= 0; index--) {
            DomainView view = all.get(index).domain();
            length += view == null ? 0 : picture(replay, all.get(index), view).length();
            if (length > MOST_PICTURES) {
                return index + 1;
            }
        }
        return 0;
    }

    private static String picture(Replay replay, ReplayedStep step, DomainView view) {
        StringBuilder picture = new StringBuilder(AddressStrip.of(replay, view, step.mapped()));
        picture.append("<table><tr><th>node</th><th>live</th><th>cached, queued</th><th>reserved</th></tr>");
        for (NodeView node : view.nodes()) {
            int shift = view.granuleShift();
            String bytes =
                    "[" + Hex.of(node.lo() << shift) + ", " + Hex.of((node.hi() << shift) + ((1L << shift) - 1)) + "]";
            picture.append("<tr><td><code>").append(bytes).append("</code></td>");
            for (List<Use> uses : List.of(node.live(), node.cached(), node.promises())) {
                picture.append("<td>").append(uses(uses)).append("</td>");
            }
            picture.append("</tr>");
        }
        String outside = Stream.concat(view.liveOutside().stream(), view.cachedOutside().stream())
                .map(use -> use.who() + " " + use.bytes())
                .collect(Collectors.joining("; "));
        picture.append("</table>");
        return outside.isEmpty() ? picture.toString() : picture + "<p>In no node: " + Markup.escaped(outside) + "</p>";
    }

    private static String uses(List<Use> uses) {
        return uses.stream()
                .map(use -> Markup.escaped(use.who()) + " <code>" + extent(use.bytes()) + "</code>")
                .collect(Collectors.joining("<br>"));
    }

    private static String extent(Extent bytes) {
        return bytes.toString();
    }

    /** Lines that say what the hardware can do, what is reserved and what is mapped are marked. */
    private void configuration(Configuration configuration) {
        for (String line : ConfigurationText.of(configuration).lines().toList()) {
            boolean matters = MATTERS.matcher(line).matches();
            html.append(matters ? "<mark>" : "");
            text(line);
            html.append(matters ? "</mark>\n" : "\n");
        }
    }

    private void paragraph(String lead, String words) {
        html.append("<p><strong>");
        text(lead);
        html.append(":</strong> ");
        text(words);
        html.append("</p>\n");
    }

    private void text(String words) {
        html.append(Markup.escaped(words));
    }
}
