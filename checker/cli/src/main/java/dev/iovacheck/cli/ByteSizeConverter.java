package dev.iovacheck.cli;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code 512MiB}, {@code 4GiB}: whole numbers with a binary unit. */
final class ByteSizeConverter implements ITypeConverter<Long> {

    private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB");
    private static final Pattern FORM = Pattern.compile("(\\d{1,9}) ?(B|KiB|MiB|GiB|TiB)");

    @Override
    public Long convert(String value) {
        Matcher matcher = FORM.matcher(value);
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + value + "' is not a size; write it as 512MiB or 4GiB");
        }
        long amount = Long.parseLong(matcher.group(1));
        int shift = 10 * UNITS.indexOf(matcher.group(2));
        if (amount == 0 || amount > Long.MAX_VALUE >>> shift) {
            throw new TypeConversionException("'" + value + "' is too " + (amount == 0 ? "small" : "large"));
        }
        return amount << shift;
    }
}
