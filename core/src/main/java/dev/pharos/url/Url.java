package dev.pharos.url;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A URL as the WHATWG URL Standard parses it, in canonical form: immutable, equal by its serialization.
 *
 * <p>All components are ASCII. International domain names go through {@link java.net.IDN} (IDNA 2003 with Unicode 3.2),
 * where the standard wants UTS #46 with current tables: names that only the newer tables know are refused here, and the
 * four deviation characters (sharp s, final sigma, joiners) are mapped as IDNA 2003 does. ASCII names are not concerned.
 *
 * @param scheme lower case, without colon
 * @param host serialized; null where there is none, which is not the same as an empty one
 * @param port -1 if there is none or it is the scheme's default
 * @param path serialized
 * @param opaque whether the path is opaque ({@code urn:…}, {@code mailto:…}), so that nothing can be resolved against it
 * @param query without question mark; null if there is none
 * @param fragment without number sign; null if there is none
 */
public record Url(
        String scheme,
        String username,
        String password,
        @Nullable String host,
        int port,
        String path,
        boolean opaque,
        @Nullable String query,
        @Nullable String fragment) {

    /**
     * Parses a text, against a base if there is one.
     *
     * @return null if the standard says failure: the text is no URL
     */
    public static @Nullable Url parse(String text, @Nullable Url base) {
        return new UrlParser(text, base).parse();
    }

    /**
     * Parses an absolute URL that must be one.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Url of(String text) {
        Url url = parse(text, null);
        if (url == null) {
            throw new IllegalArgumentException("'%s' is not an absolute URL".formatted(text));
        }
        return url;
    }

    /** Whether the scheme is one of those the standard treats in a special way, all of which have a host. */
    public boolean isSpecial() {
        return Schemes.isSpecial(scheme);
    }

    /** The host as the standard's {@code hostname} getter returns it: empty if there is none. */
    public String hostname() {
        return host == null ? "" : host;
    }

    /** Scheme, host and port, without a path: {@code https://hub.example}. Meaningful for special URLs only. */
    public String origin() {
        return port < 0 ? scheme + "://" + hostname() : scheme + "://" + hostname() + ":" + port;
    }

    /** The URL in one text, which parses to the same URL again. */
    public String href() {
        StringBuilder text = new StringBuilder(64).append(scheme).append(':');
        if (host != null) {
            text.append("//");
            if (!username.isEmpty() || !password.isEmpty()) {
                text.append(username);
                if (!password.isEmpty()) {
                    text.append(':').append(password);
                }
                text.append('@');
            }
            text.append(host);
            if (port >= 0) {
                text.append(':').append(port);
            }
        } else if (!opaque && path.startsWith("//")) {
            text.append("/.");
        }
        text.append(path);
        if (query != null) {
            text.append('?').append(query);
        }
        if (fragment != null) {
            text.append('#').append(fragment);
        }
        return text.toString();
    }

    /**
     * The path with those percent-encoded octets decoded that stand for unreserved characters (RFC 3986, section 2.3):
     * two paths that mean the same are then the same.
     */
    public String decodedPath() {
        if (path.indexOf('%') < 0) {
            return path;
        }
        StringBuilder decoded = new StringBuilder(path.length());
        for (int i = 0; i < path.length(); i++) {
            int octet = PercentEncoding.octetAt(path, i, path.length());
            if (octet >= 0 && isUnreserved(octet)) {
                decoded.append((char) octet);
                i += 2;
            } else {
                decoded.append(path.charAt(i));
            }
        }
        return decoded.toString();
    }

    private static boolean isUnreserved(int octet) {
        return octet < 0x80 && (Ascii.isAlphanumeric(octet) || "-._~".indexOf(octet) >= 0);
    }

    @Override
    public String toString() {
        return href();
    }

    /** The schemes that are special, and their default ports. */
    static final class Schemes {

        private Schemes() {}

        static boolean isSpecial(String scheme) {
            return defaultPort(scheme) != NOT_SPECIAL;
        }

        static final int NOT_SPECIAL = -2;

        /** -1 for {@code file}, which has none. */
        static int defaultPort(String scheme) {
            return switch (scheme.toLowerCase(Locale.ROOT)) {
                case "http", "ws" -> 80;
                case "https", "wss" -> 443;
                case "ftp" -> 21;
                case "file" -> -1;
                default -> NOT_SPECIAL;
            };
        }
    }
}
