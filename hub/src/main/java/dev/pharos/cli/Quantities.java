package dev.pharos.cli;

import dev.pharos.log.SyncPolicy;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes, times and policies as users write them. */
final class Quantities {

    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([0-9]{1,18})\\s*([A-Za-z]*)");

    private Quantities() {}

    /** {@code 500MB}, {@code 1GiB}, {@code 4096}: in bytes. */
    static final class Bytes implements ITypeConverter<Long> {
        @Override
        public Long convert(String text) {
            Matcher parts = NUMBER_AND_UNIT.matcher(text.strip());
            if (parts.matches()) {
                long unit = switch (parts.group(2).toLowerCase(Locale.ROOT)) {
                    case "", "b" -> 1;
                    case "k", "kib" -> 1L << 10;
                    case "kb" -> 1_000L;
                    case "m", "mib" -> 1L << 20;
                    case "mb" -> 1_000_000L;
                    case "g", "gib" -> 1L << 30;
                    case "gb" -> 1_000_000_000L;
                    case "t", "tib" -> 1L << 40;
                    case "tb" -> 1_000_000_000_000L;
                    default -> 0;
                };
                long number = Long.parseLong(parts.group(1));
                if (unit > 0 && number > 0 && number <= Long.MAX_VALUE / unit) {
                    return number * unit;
                }
            }
            throw new TypeConversionException("'" + text + "' is not a size; write one such as 500MB, 1GiB or 4096");
        }
    }

    /** {@code 7d}, {@code 12h}, {@code 100ms}. */
    static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            Matcher parts = NUMBER_AND_UNIT.matcher(text.strip());
            if (parts.matches() && parts.group(1).length() <= 9) {
                long number = Long.parseLong(parts.group(1));
                Duration time = switch (parts.group(2)) {
                    case "ms" -> Duration.ofMillis(number);
                    case "s" -> Duration.ofSeconds(number);
                    case "m", "min" -> Duration.ofMinutes(number);
                    case "h" -> Duration.ofHours(number);
                    case "d" -> Duration.ofDays(number);
                    default -> Duration.ZERO;
                };
                if (time.isPositive()) {
                    return time;
                }
            }
            throw new TypeConversionException("'" + text + "' is not a time; write one such as 100ms, 30s, 12h or 7d");
        }
    }

    /** {@code always}, {@code interval=100ms}, {@code os}. */
    static final class Sync implements ITypeConverter<SyncPolicy> {

        private static final String INTERVAL = "interval=";

        @Override
        public SyncPolicy convert(String text) {
            if (text.equals("always")) {
                return SyncPolicy.ALWAYS;
            }
            if (text.equals("os")) {
                return SyncPolicy.OS;
            }
            if (text.startsWith(INTERVAL)) {
                return SyncPolicy.every(new Time().convert(text.substring(INTERVAL.length())));
            }
            throw new TypeConversionException("'" + text + "' is not a policy; write always, os or interval=100ms");
        }
    }
}
