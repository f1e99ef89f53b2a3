package dev.pharos.url;

import java.net.IDN;
import org.jspecify.annotations.Nullable;

/** Parses and serializes hosts: domains, IPv4 and IPv6 addresses, and opaque hosts (URL Standard, section 3.5). */
final class HostParser {

    private static final String FORBIDDEN_HOST = "\0\t\n\r #/:<>?@[\\]^|";

    private HostParser() {}

    /** The serialized host, or null on failure. */
    static @Nullable String parse(String input, boolean special) {
        if (input.startsWith("[")) {
            if (!input.endsWith("]")) {
                return null;
            }
            int[] address = Ipv6.parse(input.substring(1, input.length() - 1));
            return address == null ? null : "[" + Ipv6.serialize(address) + "]";
        }
        return special ? domain(input) : opaque(input);
    }

    private static @Nullable String opaque(String input) {
        for (int i = 0; i < input.length(); i++) {
            if (FORBIDDEN_HOST.indexOf(input.charAt(i)) >= 0) {
                return null;
            }
        }
        return PercentEncoding.encode(input, PercentEncoding.Set.C0_CONTROL);
    }

    private static @Nullable String domain(String input) {
        String ascii = toAscii(PercentEncoding.decode(input));
        if (ascii == null || ascii.isEmpty()) {
            return null;
        }
        for (int i = 0; i < ascii.length(); i++) {
            char c = ascii.charAt(i);
            if (c <= 0x1F || c == 0x7F || c == '%' || FORBIDDEN_HOST.indexOf(c) >= 0) {
                return null;
            }
        }
        return Ipv4.endsInNumber(ascii) ? Ipv4.parse(ascii) : ascii;
    }

    /** The domain in ASCII, lower case, or null. */
    private static @Nullable String toAscii(String domain) {
        boolean plain = true;
        for (int i = 0; i < domain.length() && plain; i++) {
            plain = domain.charAt(i) < 0x80;
        }
        String lower = Ascii.lower(domain);
        if (plain) {
            return lower;
        }
        StringBuilder kept = new StringBuilder(lower.length());
        for (int i = 0; i < lower.length(); i++) {
            char c = lower.charAt(i);
            if (c != '\u00AD') {
                kept.append(c);
            }
        }
        StringBuilder ascii = new StringBuilder();
        int from = 0;
        for (int i = 0; i <= kept.length(); i++) {
            if (i == kept.length() || ".\u3002\uFF0E\uFF61".indexOf(kept.charAt(i)) >= 0) {
                String label = label(kept.substring(from, i));
                if (label == null) {
                    return null;
                }
                ascii.append(label);
                if (i < kept.length()) {
                    ascii.append('.');
                }
                from = i + 1;
            }
        }
        return ascii.toString();
    }

    private static @Nullable String label(String label) {
        try {
            if (label.startsWith("xn--")) {
                // The JDK returns a label that it cannot decode unchanged.
                String unicode = IDN.toUnicode(label, IDN.ALLOW_UNASSIGNED);
                boolean decodes = !unicode.equals(label)
                        && IDN.toASCII(unicode, IDN.ALLOW_UNASSIGNED).equals(label);
                return decodes ? label : null;
            }
            return label.isEmpty() ? label : Ascii.lower(IDN.toASCII(label, IDN.ALLOW_UNASSIGNED));
        } catch (RuntimeException e) {
            return null;
        }
    }
}
