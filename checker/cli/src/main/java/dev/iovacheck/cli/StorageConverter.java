package dev.iovacheck.cli;

import dev.iovacheck.engine.search.Storage;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code exact}, {@code fingerprint}. */
final class StorageConverter implements ITypeConverter<Storage> {

    @Override
    public Storage convert(String value) {
        return switch (value) {
            case "exact" -> Storage.EXACT;
            case "fingerprint" -> Storage.FINGERPRINT;
            default -> throw new TypeConversionException("no storage '" + value + "'; there are: exact, fingerprint");
        };
    }
}
