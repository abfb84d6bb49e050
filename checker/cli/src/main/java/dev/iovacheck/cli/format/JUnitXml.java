package dev.iovacheck.cli.format;

import dev.iovacheck.cli.format.TestCase.Kind;
import dev.iovacheck.cli.result.ConfigurationResult;
import dev.iovacheck.cli.result.Location;
import dev.iovacheck.cli.result.RunResult;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** JUnit XML: a suite for each configuration, a case for each invariant; the failure's text is the counterexample. */
public final class JUnitXml {

    private final XMLStreamWriter xml;

    private JUnitXml(XMLStreamWriter xml) {
        this.xml = xml;
    }

    /** The whole document, ending in a line feed. */
    public static String of(RunResult run) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            new JUnitXml(xml).write(run);
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a string takes everything", e);
        }
        return text.toString();
    }

    private void write(RunResult run) throws XMLStreamException {
        List<List<TestCase>> suites =
                run.configurations().stream().map(TestCase::of).toList();
        List<TestCase> all = suites.stream().flatMap(List::stream).toList();
        xml.writeStartDocument("UTF-8", "1.0");
        line(0);
        xml.writeStartElement("testsuites");
        xml.writeAttribute("name", "iovacheck");
        counts(all);
        for (int index = 0; index < suites.size(); index++) {
            line(1);
            suite(run.configurations().get(index), suites.get(index));
        }
        line(0);
        xml.writeEndElement();
        line(0);
        xml.writeEndDocument();
    }

    private void counts(List<TestCase> cases) throws XMLStreamException {
        xml.writeAttribute("tests", String.valueOf(cases.size()));
        xml.writeAttribute("failures", count(cases, Kind.FAILED));
        xml.writeAttribute("errors", count(cases, Kind.UNDECIDED));
    }

    private static String count(List<TestCase> cases, Kind kind) {
        return String.valueOf(cases.stream().filter(each -> each.kind() == kind).count());
    }

    private void suite(ConfigurationResult configuration, List<TestCase> cases) throws XMLStreamException {
        xml.writeStartElement("testsuite");
        xml.writeAttribute("name", clean(configuration.source()));
        counts(cases);
        xml.writeAttribute("skipped", count(cases, Kind.SKIPPED));
        for (TestCase each : cases) {
            line(2);
            testCase(configuration, each);
        }
        line(1);
        xml.writeEndElement();
    }

    private void testCase(ConfigurationResult configuration, TestCase each) throws XMLStreamException {
        List<Location> locations = new ArrayList<>(
                each.findings().stream().map(finding -> finding.location()).toList());
        locations.add(Location.of(configuration.file()));
        boolean isEmpty = each.kind() == Kind.PASSED;
        if (isEmpty) {
            xml.writeEmptyElement("testcase");
        } else {
            xml.writeStartElement("testcase");
        }
        xml.writeAttribute("classname", clean(configuration.source()));
        xml.writeAttribute("name", each.name());
        xml.writeAttribute("file", clean(locations.get(0).file()));
        if (locations.get(0).line() > 0) {
            xml.writeAttribute("line", String.valueOf(locations.get(0).line()));
        }
        if (!isEmpty) {
            line(3);
            outcome(each);
            line(2);
            xml.writeEndElement();
        }
    }

    private void outcome(TestCase each) throws XMLStreamException {
        switch (each.kind()) {
            case SKIPPED -> {
                xml.writeEmptyElement("skipped");
                xml.writeAttribute("message", clean(each.remark()));
            }
            case EXPECTED_FAILURE -> {
                xml.writeStartElement("system-out");
                xml.writeCharacters(clean(each.remark() + "\n" + each.details()));
                xml.writeEndElement();
            }
            default -> {
                xml.writeStartElement(each.kind() == Kind.UNDECIDED ? "error" : "failure");
                xml.writeAttribute("type", each.name());
                xml.writeAttribute("message", clean(each.headline()));
                xml.writeCharacters(clean(each.details()));
                xml.writeEndElement();
            }
        }
    }

    private void line(int depth) throws XMLStreamException {
        xml.writeCharacters("\n" + "  ".repeat(depth));
    }

    /** Without what XML 1.0 cannot say. */
    private static String clean(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints()
                .forEach(point -> clean.appendCodePoint(
                        point == '\t'
                                        || point == '\n'
                                        || (point >= 0x20 && point <= 0xd7ff)
                                        || (point >= 0xe000 && point <= 0xfffd)
                                        || point >= 0x10000
                                ? point
                                : '?'));
        return clean.toString();
    }
}
