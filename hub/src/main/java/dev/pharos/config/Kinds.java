package dev.pharos.config;

import dev.pharos.auth.ClientAddresses;
import dev.pharos.log.SyncPolicy;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The kinds of values there are. */
final class Kinds {

    static final String OFF = "off";
    static final String AUTO = "auto";

    static final Kind<String> TEXT = new Kind<>("a text that is not empty", text -> text.isEmpty() ? null : text);

    static final Kind<Boolean> YES_OR_NO = choice("true or false", text -> switch (text.toLowerCase(Locale.ROOT)) {
        case "true" -> true;
        case "false" -> false;
        default -> null;
    });

    /** Nothing stands for what suits. */
    static final Kind<Optional<Boolean>> YES_OR_NO_OR_AUTO =
            choice("true, false or auto", text -> switch (text.toLowerCase(Locale.ROOT)) {
                case "true" -> Optional.of(true);
                case "false" -> Optional.of(false);
                case AUTO -> Optional.empty();
                default -> null;
            });

    static final Kind<InetSocketAddress> ADDRESS = new Kind<>(ListenAddress.ALLOWED, ListenAddress::parse);

    static final Kind<Transport> TRANSPORT = choice("auto, epoll, nio or io_uring", text -> {
        for (Transport transport : Transport.values()) {
            if (transport.name().equalsIgnoreCase(text)) {
                return transport;
            }
        }
        return null;
    });

    static final Kind<SyncPolicy> SYNC = choice("always, os or interval=100ms", Kinds::sync);

    private static final Pattern ORIGIN_FORM =
            Pattern.compile("\\*|[a-z][a-z0-9+.-]*://(?:\\[[0-9a-f:.]+]|[^/?#@:\\s]+)(?::\\d+)?");

    static final Kind<String> WEB_ORIGIN = choice(
            "an origin: scheme, host and port only, in lower case, such as https://shop.example or"
                    + " http://localhost:3000; or *",
            text -> ORIGIN_FORM.matcher(text).matches() ? text : null);

    private static final Pattern HOST_FORM =
            Pattern.compile("(?:[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,5})?");

    static final Kind<String> HOST_NAME = choice(
            "a name or address, maybe with a port, such as hub.example or hub.example:8443",
            text -> HOST_FORM.matcher(text).matches() ? text : null);

    static final Kind<URI> HTTP_URL =
            choice("an http or https URL, such as https://login.example/keys", Kinds::httpUrl);

    private static final Pattern PATH_FORM = Pattern.compile("(?:/[A-Za-z0-9._~!$&'()+,;=:@-]+)+");

    static final Kind<String> URL_PATH = choice(
            "the path of a URL, such as /.well-known/mercure, without a slash at its end",
            text -> PATH_FORM.matcher(text).matches() ? text : null);

    private static final Pattern COOKIE_FORM = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    static final Kind<String> COOKIE = choice(
            "the name of a cookie: letters, digits and !#$%&'*+-.^_`|~",
            text -> COOKIE_FORM.matcher(text).matches() ? text : null);

    private static final List<String> ALGORITHMS = List.of(
            "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
            "EdDSA");

    static final Kind<String> ALGORITHM =
            choice("one of " + String.join(", ", ALGORITHMS), text -> ALGORITHMS.contains(text) ? text : null);

    static final Kind<String> NETWORK = new Kind<>("an IP address, or a network such as 10.0.0.0/8", Kinds::network);

    private Kinds() {}

    /** A whole number from {@code least} to {@code most}. */
    static Kind<Integer> count(int least, int most) {
        return choice("a whole number from " + least + " to " + most, text -> {
            Long number = number(text);
            return number != null && number >= least && number <= most ? Integer.valueOf(number.intValue()) : null;
        });
    }

    /** A whole number from 1, or {@code otherwise}, which gives nothing. */
    static Kind<OptionalLong> countOr(String otherwise) {
        return choice("a whole number from 1, or " + otherwise, text -> {
            Long number = number(text);
            return text.equals(otherwise)
                    ? OptionalLong.empty()
                    : number != null && number > 0 ? OptionalLong.of(number) : null;
        });
    }

    /** A number of bytes. */
    static Kind<Long> size(String least, String most) {
        long from = bytes(least);
        long to = bytes(most);
        return choice("a size from " + least + " to " + most + ", such as 500MB, 1GiB or 4096", text -> {
            Long bytes = Quantities.bytes(text);
            return bytes != null && bytes >= from && bytes <= to ? bytes : null;
        });
    }

    /** A number of bytes, or {@code otherwise}, which gives nothing. */
    static Kind<OptionalLong> sizeOr(String otherwise) {
        return choice("a size such as 500MB, 1GiB or 4096, or " + otherwise, text -> {
            Long bytes = Quantities.bytes(text);
            return text.equals(otherwise)
                    ? OptionalLong.empty()
                    : bytes != null && bytes > 0 ? OptionalLong.of(bytes) : null;
        });
    }

    /** A span of time. */
    static Kind<Duration> time(String least, String most) {
        Duration from = duration(least);
        Duration to = duration(most);
        return choice("a time from " + least + " to " + most + ", such as 100ms, 30s, 12h or 7d", text -> {
            Duration time = Quantities.time(text);
            return time != null && time.compareTo(from) >= 0 && time.compareTo(to) <= 0 ? time : null;
        });
    }

    /** A span of whole seconds. */
    static Kind<Duration> seconds(int most) {
        return choice("a time in whole seconds from 1s to " + most + "s, such as 30s or 5m", text -> {
            Duration time = Quantities.time(text);
            return time != null && time.toMillis() % 1000 == 0 && time.toSeconds() >= 1 && time.toSeconds() <= most
                    ? time
                    : null;
        });
    }

    /** A span of whole seconds of at most so many days, or {@code otherwise}, which stands for {@code value}. */
    static Kind<Duration> secondsOr(int mostDays, String otherwise, Duration value) {
        String allowed = "a time in whole seconds from 1s to " + mostDays + "d, such as 30m or 12h, or " + otherwise;
        return choice(allowed, text -> {
            if (text.equals(otherwise)) {
                return value;
            }
            Duration time = Quantities.time(text);
            return time != null
                            && time.toMillis() % 1000 == 0
                            && time.toSeconds() >= 1
                            && time.compareTo(Duration.ofDays(mostDays)) <= 0
                    ? time
                    : null;
        });
    }

    /** Values that a function makes of texts. */
    static <T> Kind<T> choice(String allowed, Function<String, @Nullable T> reader) {
        return new Kind<>(allowed, reader);
    }

    private static @Nullable Long number(String text) {
        return text.matches("[0-9]{1,18}") ? Long.valueOf(text) : null;
    }

    private static long bytes(String text) {
        Long bytes = Quantities.bytes(text);
        if (bytes == null) {
            throw new IllegalStateException(text + " is no size");
        }
        return bytes;
    }

    private static Duration duration(String text) {
        Duration time = Quantities.time(text);
        if (time == null) {
            throw new IllegalStateException(text + " is no time");
        }
        return time;
    }

    private static @Nullable SyncPolicy sync(String text) {
        if (text.equals("always")) {
            return SyncPolicy.ALWAYS;
        }
        if (text.equals("os")) {
            return SyncPolicy.OS;
        }
        Duration time = text.startsWith("interval=") ? Quantities.time(text.substring("interval=".length())) : null;
        return time != null && time.isPositive() ? SyncPolicy.every(time) : null;
    }

    private static @Nullable String network(String text) {
        try {
            ClientAddresses.behind(List.of(text));
            return text;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable URI httpUrl(String text) {
        try {
            URI url = new URI(text);
            String scheme = url.getScheme();
            return url.getHost() != null
                            && ("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))
                            && url.getRawUserInfo() == null
                            && url.getRawFragment() == null
                    ? url
                    : null;
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
