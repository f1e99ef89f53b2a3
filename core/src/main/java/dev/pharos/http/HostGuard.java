package dev.pharos.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A handler that lets only requests pass that name this server, and answers 421 to others (RFC 9110 section 15.5.20): a
 * defence against DNS rebinding, by which a web page of another site reaches a server on its visitor's machine under a
 * name of its own.
 *
 * <p>Accepted as {@code Host} are loopback names and addresses with any port, the address and port the request came in
 * at, and given names. A request without {@code Host} passes: no browser sends one. Thread-safe.
 */
public final class HostGuard implements Handler {

    private static final int SHOWN = 128;
    private static final String OCTET = "(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
    private static final Pattern IPV4 = Pattern.compile("(" + OCTET + "\\.){3}" + OCTET);
    private static final Pattern IPV6 = Pattern.compile("\\[[0-9a-fA-F:.]+]");
    private static final Pattern PORT = Pattern.compile("\\d{1,5}");

    private final Handler handler;
    private final Set<String> names;
    /** A field that was accepted for its name alone: nearly all requests bring the same. */
    private volatile String known = "localhost";

    private HostGuard(Handler handler, Set<String> names) {
        this.handler = handler;
        this.names = names;
    }

    /** Guards a handler. */
    public static HostGuard around(Handler handler) {
        return around(handler, List.of());
    }

    /**
     * Guards a handler that is also reached by other names.
     *
     * @param names such as {@code hub.example}, which stands for any port of it, or {@code hub.example:8080}
     */
    public static HostGuard around(Handler handler, Collection<String> names) {
        Set<String> lower = new TreeSet<>();
        for (String name : names) {
            if (name.isBlank()) {
                throw new IllegalArgumentException("the name of a host is empty");
            }
            lower.add(name.strip().toLowerCase(Locale.ROOT));
        }
        return new HostGuard(handler, lower);
    }

    @Override
    public void handle(Request request, Reply reply) {
        for (String host : request.headers("Host")) {
            if (!host.equals(known) && !isOurs(host, host.strip().toLowerCase(Locale.ROOT), request)) {
                String shown = host.length() <= SHOWN ? host : host.substring(0, SHOWN) + "…";
                reply.send(Response.text(
                        421, "header 'Host' is '" + shown + "', but this server answers only for " + own(request)));
                return;
            }
        }
        handler.handle(request, reply);
    }

    private boolean isOurs(String field, String host, Request request) {
        int colon = host.lastIndexOf(':');
        boolean hasPort = colon > host.lastIndexOf(']');
        String port = hasPort ? host.substring(colon + 1) : "";
        if (hasPort && !port.isEmpty() && !PORT.matcher(port).matches()) {
            return false;
        }
        String named = withoutDot(hasPort ? host.substring(0, colon) : host);
        if (named.equals("localhost")
                || named.endsWith(".localhost")
                || names.contains(named)
                || names.contains(named + ":" + port)) {
            known = field;
            return true;
        }
        InetAddress address = address(named);
        if (address == null) {
            return false;
        }
        if (address.isLoopbackAddress()) {
            known = field;
            return true;
        }
        return request.localAddress() instanceof InetSocketAddress local
                && address.equals(local.getAddress())
                && isPort(port, local.getPort());
    }

    private static String withoutDot(String name) {
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    private static boolean isPort(String named, int port) {
        return named.isEmpty() ? port == 80 || port == 443 : Integer.parseInt(named) == port;
    }

    /** The address that a literal stands for; nothing is looked up. */
    private static @Nullable InetAddress address(String literal) {
        if (!IPV4.matcher(literal).matches() && !IPV6.matcher(literal).matches()) {
            return null;
        }
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException invalid) {
            return null;
        }
    }

    private String own(Request request) {
        StringBuilder own = new StringBuilder("localhost");
        if (request.localAddress() instanceof InetSocketAddress local && local.getAddress() != null) {
            String address = local.getAddress().getHostAddress();
            int zone = address.indexOf('%');
            String literal = zone < 0 ? address : address.substring(0, zone);
            own.append(", ").append(literal.indexOf(':') < 0 ? literal : '[' + literal + ']');
            own.append(':').append(local.getPort());
        }
        names.forEach(name -> own.append(", ").append(name));
        return own.toString();
    }
}
