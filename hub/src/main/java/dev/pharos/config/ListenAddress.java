package dev.pharos.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads {@code HOST:PORT}, {@code [IPV6]:PORT} or a port alone, which means one of this machine only. */
public final class ListenAddress {

    private static final Pattern FORM = Pattern.compile("(?:(?:\\[([0-9a-fA-F:.%]+)]|([^:\\[\\]]+)):)?(\\d{1,5})");

    static final String ALLOWED = "HOST:PORT, such as 127.0.0.1:7070, [::1]:7070 or 0.0.0.0:80";

    private ListenAddress() {}

    /**
     * Reads one.
     *
     * @throws IllegalArgumentException that goes on a sentence such as "it is 'x', but"
     */
    public static InetSocketAddress parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("must be " + ALLOWED);
        }
        int port = Integer.parseInt(matcher.group(3));
        if (port > 65535) {
            throw new IllegalArgumentException("the port must be from 0 to 65535");
        }
        String host = matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
        try {
            return new InetSocketAddress(InetAddress.getByName(host == null ? "127.0.0.1" : host), port);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("there is no host '" + host + "'", e);
        }
    }

    /** How it is written in a URL. */
    public static String url(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        return "http://" + text(ip.isAnyLocalAddress() ? "127.0.0.1" : ip.getHostAddress(), address.getPort());
    }

    /** How it is written where {@link #parse} reads it. */
    public static String text(InetSocketAddress address) {
        return text(address.getAddress().getHostAddress(), address.getPort());
    }

    private static String text(String host, int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
