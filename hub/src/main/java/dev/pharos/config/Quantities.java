package dev.pharos.config;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Sizes and times as people write them. */
public final class Quantities {

    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([0-9]{1,18})\\s*([A-Za-z]*)");

    private Quantities() {}

    /** {@code 500MB}, {@code 1GiB}, {@code 4096}: in bytes; null when it is no size. */
    public static @Nullable Long bytes(String text) {
        Matcher parts = NUMBER_AND_UNIT.matcher(text);
        if (!parts.matches()) {
            return null;
        }
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
        return unit > 0 && number <= Long.MAX_VALUE / unit ? Long.valueOf(number * unit) : null;
    }

    /** {@code 7d}, {@code 12h}, {@code 100ms}; null when it is no time. */
    public static @Nullable Duration time(String text) {
        Matcher parts = NUMBER_AND_UNIT.matcher(text);
        if (!parts.matches() || parts.group(1).length() > 9) {
            return null;
        }
        long number = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "m", "min" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            case "d" -> Duration.ofDays(number);
            default -> null;
        };
    }
}
