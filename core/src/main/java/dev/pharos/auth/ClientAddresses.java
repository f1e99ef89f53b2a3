package dev.pharos.auth;

import dev.pharos.http.Request;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells clients apart by their address, also behind proxies that are trusted to name it ({@code Forwarded}, RFC 7239, or
 * {@code X-Forwarded-For}). Immutable.
 *
 * <p>An IPv6 client counts by its first 64 bits, which is what one household has.
 */
public final class ClientAddresses {

    /** There are no proxies: what a header says is not believed. */
    public static final ClientAddresses DIRECT = new ClientAddresses(List.of());

    private static final int MOST_FIELD = 4_096;
    private static final int IPV6_NETWORK_BYTES = 8;

    private final List<Network> trusted;

    private record Network(List<Byte> prefix, int bits) {

        boolean contains(byte[] address) {
            if (address.length != prefix.size()) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> bit % 8;
                if ((address[bit / 8] & mask) != (prefix.get(bit / 8) & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    private ClientAddresses(List<Network> trusted) {
        this.trusted = List.copyOf(trusted);
    }

    /**
     * Behind proxies at these addresses or networks, such as {@code 10.0.0.0/8} or {@code ::1}.
     *
     * @throws IllegalArgumentException naming the one that is no address
     */
    public static ClientAddresses behind(List<String> proxies) {
        List<Network> networks = new ArrayList<>();
        for (String proxy : proxies) {
            int slash = proxy.indexOf('/');
            byte[] address = parse(slash < 0 ? proxy : proxy.substring(0, slash));
            String length = slash < 0 ? "" : proxy.substring(slash + 1);
            int most = address == null ? 0 : address.length * 8;
            int bits = slash < 0 ? most : length.matches("[0-9]{1,3}") ? Integer.parseInt(length) : -1;
            if (address == null || bits < 0 || bits > most) {
                throw new IllegalArgumentException(
                        "a trusted proxy is an IP address, or a network such as 10.0.0.0/8, got '" + proxy + "'");
            }
            List<Byte> prefix = new ArrayList<>();
            for (byte b : address) {
                prefix.add(b);
            }
            networks.add(new Network(prefix, bits));
        }
        return networks.isEmpty() ? DIRECT : new ClientAddresses(networks);
    }

    /** The client's address as a text that is the same for the same client. */
    public String of(Request request) {
        return of(request.remoteAddress(), request::headers);
    }

    /** The same of what has become of a request; {@code headers} gives all fields of a name. */
    public String of(SocketAddress remote, Function<String, List<String>> headers) {
        if (!(remote instanceof InetSocketAddress socket) || socket.getAddress() == null) {
            return remote.toString();
        }
        byte[] address = socket.getAddress().getAddress();
        if (isTrusted(address)) {
            List<String> hops = hops(headers);
            // The last hop is what the trusted proxy saw; what is before it may be the client's invention.
            for (int i = hops.size() - 1; i >= 0 && isTrusted(address); i--) {
                byte[] hop = parse(hops.get(i));
                if (hop == null) {
                    break;
                }
                address = hop;
            }
        }
        return text(address);
    }

    private boolean isTrusted(byte[] address) {
        for (Network network : trusted) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private static List<String> hops(Function<String, List<String>> headers) {
        List<String> hops = new ArrayList<>();
        List<String> forwarded = headers.apply("Forwarded");
        for (String field : forwarded.isEmpty() ? headers.apply("X-Forwarded-For") : forwarded) {
            if (field.length() > MOST_FIELD) {
                continue;
            }
            for (String element : field.split(",", -1)) {
                hops.add(forwarded.isEmpty() ? element.strip() : forOf(element));
            }
        }
        return hops;
    }

    /** The {@code for} of one element of {@code Forwarded}. */
    private static String forOf(String element) {
        for (String pair : element.split(";", -1)) {
            String word = pair.strip();
            if (word.toLowerCase(Locale.ROOT).startsWith("for=")) {
                return word.substring(4).replace("\"", "");
            }
        }
        return "";
    }

    private static byte @Nullable [] parse(String node) {
        String host = node;
        if (host.startsWith("[")) {
            int end = host.indexOf(']');
            host = end < 0 ? "" : host.substring(1, end);
        } else if (host.indexOf(':') >= 0 && host.indexOf(':') == host.lastIndexOf(':')) {
            host = host.substring(0, host.indexOf(':'));
        }
        // A text of these characters alone is an address, or fails without a look-up.
        if (!host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f.:]*:[0-9A-Fa-f.:]*") || host.length() > 45) {
            return null;
        }
        try {
            return InetAddress.getByName(host).getAddress();
        } catch (java.net.UnknownHostException malformed) {
            return null;
        }
    }

    private static String text(byte[] address) {
        StringBuilder text = new StringBuilder();
        int length = address.length == 16 ? IPV6_NETWORK_BYTES : address.length;
        for (int i = 0; i < length; i++) {
            text.append(i == 0 ? "" : ".").append(address[i] & 0xFF);
        }
        return text.toString();
    }
}
