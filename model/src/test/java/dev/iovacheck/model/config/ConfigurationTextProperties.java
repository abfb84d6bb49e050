package dev.iovacheck.model.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Writer and reader agree. */
final class ConfigurationTextProperties {

    private static final ConfigurationReader READER = new ConfigurationReader(Sample.INVARIANTS);

    @Property(tries = 500)
    void whatIsWrittenReadsBack(@ForAll long seed) throws ConfigurationException {
        Configuration configuration = new RandomConfigurations(new Random(seed)).next();
        String text = ConfigurationText.of(configuration);
        Configuration read = READER.read(configuration.source(), text);
        assertEquals(configuration, read, text);
        assertEquals(text, ConfigurationText.of(read), "writing is canonical");
    }

    @Property(tries = 200)
    void linesFitIntoATerminal(@ForAll long seed) {
        Configuration configuration = new RandomConfigurations(new Random(seed)).next();
        ConfigurationText.of(configuration)
                .lines()
                .forEach(line ->
                        assertTrue(line.length() <= 80 || line.contains("start:") || line.contains("range:"), line));
    }
}
