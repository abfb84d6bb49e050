package dev.iovacheck.cli.manual;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page of a command: roff with the macros of man(7), made of what its help is made of. */
public final class ManualPage {

    private final CommandSpec command;
    private final StringBuilder text = new StringBuilder();

    private ManualPage(CommandSpec command) {
        this.command = command;
    }

    /** Name of the page: {@code iovacheck-check}. */
    public static String name(CommandSpec command) {
        return command.qualifiedName("-");
    }

    /**
     * The whole page; ends in a line feed.
     *
     * @param version of the program
     */
    public static String of(CommandSpec command, String version) {
        ManualPage page = new ManualPage(command);
        page.write(version);
        return page.text.toString();
    }

    private void write(String version) {
        line(".TH " + quoted(name(command).toUpperCase(Locale.ROOT)) + " 1 \"\" " + quoted("iovacheck " + version)
                + " \"User commands\"");
        List<String> description = List.of(command.usageMessage().description());
        section("NAME");
        line(escaped(name(command)) + " \\- " + escaped(description.get(0).replaceFirst("\\.$", "")));
        section("SYNOPSIS");
        synopsis();
        section("DESCRIPTION");
        description.forEach(this::paragraphLine);
        arguments();
        options();
        subcommands();
        footer();
        seeAlso();
    }

    private void synopsis() {
        StringBuilder words = new StringBuilder(bold(command.qualifiedName()));
        words.append(" [").append(italic("OPTION")).append("]...");
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            String label = italic(parameter.paramLabel());
            String many = parameter.arity().max() > 1 || parameter.isMultiValue() ? "..." : "";
            words.append(parameter.arity().min() == 0 ? " [" + label + "]" + many : " " + label + many);
        }
        if (!command.subcommands().isEmpty()) {
            words.append(' ').append(italic("COMMAND"));
        }
        line(words.toString());
    }

    private void arguments() {
        List<PositionalParamSpec> shown = command.positionalParameters().stream()
                .filter(each -> !each.hidden())
                .toList();
        if (!shown.isEmpty()) {
            section("ARGUMENTS");
        }
        shown.forEach(each -> entry(italic(each.paramLabel()), description(each)));
    }

    private void options() {
        section("OPTIONS");
        command.options().stream().filter(each -> !each.hidden()).forEach(option -> {
            String value = option.arity().max() > 0 ? "=" + italic(option.paramLabel()) : "";
            String names = List.of(option.names()).stream()
                    .map(name -> bold(name) + (name.startsWith("--") ? value : value.replace("=", " ")))
                    .collect(Collectors.joining(", "));
            entry(names, description(option));
        });
    }

    private static List<String> description(ArgSpec argument) {
        List<String> lines = new ArrayList<>(List.of(argument.description()));
        if (argument instanceof OptionSpec option && option.required()) {
            lines.add("Must be given.");
        }
        return lines;
    }

    private void subcommands() {
        if (command.subcommands().isEmpty()) {
            return;
        }
        section("COMMANDS");
        command.subcommands()
                .forEach((name, subcommand) -> entry(
                        bold(name),
                        List.of(subcommand.getCommandSpec().usageMessage().description())));
    }

    /** Headings become sections; what is indented below them stays as it is. */
    private void footer() {
        boolean isLiteral = false;
        for (String line : command.usageMessage().footer()) {
            boolean indented = line.startsWith(" ");
            if (isLiteral && !indented) {
                line(".fi");
            }
            if (!isLiteral && indented) {
                line(".nf");
            }
            isLiteral = indented;
            if (line.endsWith(":") && !indented) {
                section(line.substring(0, line.length() - 1).toUpperCase(Locale.ROOT));
            } else if (!line.isEmpty()) {
                paragraphLine(indented ? line.substring(2) : line);
            }
        }
        if (isLiteral) {
            line(".fi");
        }
    }

    private void seeAlso() {
        List<String> others = new ArrayList<>();
        CommandLine parent = command.commandLine().getParent();
        if (parent != null) {
            others.add(name(parent.getCommandSpec()));
        }
        command.subcommands().values().forEach(each -> others.add(name(each.getCommandSpec())));
        if (others.isEmpty()) {
            return;
        }
        section("SEE ALSO");
        line(others.stream().map(each -> bold(each) + "(1)").collect(Collectors.joining(",\n")));
    }

    // ---- roff ----

    private void section(String title) {
        line(".SH " + quoted(title));
    }

    private void entry(String term, List<String> description) {
        line(".TP");
        line(term);
        description.forEach(this::paragraphLine);
    }

    private void paragraphLine(String line) {
        String escaped = escaped(line);
        boolean isControl = escaped.startsWith(".") || escaped.startsWith("'");
        line(isControl ? "\\&" + escaped : escaped);
    }

    private void line(String line) {
        text.append(line).append('\n');
    }

    private static String bold(String text) {
        return "\\fB" + escaped(text) + "\\fR";
    }

    private static String italic(String text) {
        return "\\fI" + escaped(text) + "\\fR";
    }

    private static String quoted(String text) {
        return '"' + escaped(text).replace("\"", "\\(dq") + '"';
    }

    /** Hyphens are to be copied from the page into a shell; the rest is ASCII or has a name in roff. */
    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.replace("%%", "%").codePoints().forEach(point -> {
            switch (point) {
                case '\\' -> escaped.append("\\e");
                case '-' -> escaped.append("\\-");
                case '\'' -> escaped.append("\\(aq");
                case '`' -> escaped.append("\\(ga");
                case '^' -> escaped.append("\\(ha");
                case '~' -> escaped.append("\\(ti");
                default -> {
                    if (point < 0x80) {
                        escaped.appendCodePoint(point);
                    } else {
                        escaped.append(String.format(Locale.ROOT, "\\[u%04X]", point));
                    }
                }
            }
        });
        return escaped.toString();
    }
}
