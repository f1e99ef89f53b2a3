package dev.pharos.session;

import dev.pharos.http.Request;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the request that opened a session said, for as long as the session lasts. Immutable.
 *
 * <p>Of the header it keeps the fields that applications need. What may be long or secret goes when
 * {@link SessionListener#onOpen} has returned: {@code Authorization}, {@code Cookie}, {@code Referer}, {@code Sec-Fetch-Site}, and every value, also the query, of
 * more than 512 characters.
 */
public final class Handshake {

    private static final String[] KEPT = {
        "Host",
        "Origin",
        "User-Agent",
        "Accept-Language",
        "Forwarded",
        "X-Forwarded-For",
        "X-Forwarded-Proto",
        "X-Forwarded-Host",
        "X-Real-IP",
        "Sec-WebSocket-Protocol",
        "Last-Event-ID"
    };
    /** What tells who opened it and from which page. */
    private static final String[] DROPPED = {"Authorization", "Cookie", "Referer", "Sec-Fetch-Site"};

    private static final Set<String> NOT_KEPT = Set.of(DROPPED);
    private static final int MOST_CHARS = 512;

    private final String path;
    private final @Nullable String query;
    private final SocketAddress remoteAddress;
    private final SocketAddress localAddress;
    /** Names and values in turn. */
    private final String[] fields;

    private Handshake(
            String path,
            @Nullable String query,
            SocketAddress remoteAddress,
            SocketAddress localAddress,
            String[] fields) {
        this.path = path;
        this.query = query;
        this.remoteAddress = remoteAddress;
        this.localAddress = localAddress;
        this.fields = fields;
    }

    /** What a request says; called on its loop. */
    public static Handshake of(Request request) {
        List<String> fields = new ArrayList<>();
        for (String[] names : new String[][] {KEPT, DROPPED}) {
            for (String name : names) {
                for (String value : request.headers(name)) {
                    fields.add(name);
                    fields.add(value);
                }
            }
        }
        return new Handshake(
                request.path(),
                request.query(),
                request.remoteAddress(),
                request.localAddress(),
                fields.toArray(String[]::new));
    }

    /** The path as sent. */
    public String path() {
        return path;
    }

    /** What follows the first {@code ?} of the request target as sent, or null. */
    public @Nullable String query() {
        return query;
    }

    /** The peer's address as the socket told it. */
    public SocketAddress remoteAddress() {
        return remoteAddress;
    }

    /** The address the request came in at. */
    public SocketAddress localAddress() {
        return localAddress;
    }

    /** The first field of this name (any case), or null; see the class for which are kept. */
    public @Nullable String header(String name) {
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) {
                return fields[i + 1];
            }
        }
        return null;
    }

    /** All fields of this name (any case) in the order sent; see the class for which are kept. */
    public List<String> headers(String name) {
        List<String> values = new ArrayList<>(0);
        for (int i = 0; i < fields.length; i += 2) {
            if (fields[i].equalsIgnoreCase(name)) {
                values.add(fields[i + 1]);
            }
        }
        return values;
    }

    /** This as if the field had come with this value alone: for protocols that bring it in another way. */
    public Handshake with(String name, String value) {
        List<String> others = new ArrayList<>(fields.length + 2);
        for (int i = 0; i < fields.length; i += 2) {
            if (!fields[i].equalsIgnoreCase(name)) {
                others.add(fields[i]);
                others.add(fields[i + 1]);
            }
        }
        others.add(name);
        others.add(value);
        return new Handshake(path, query, remoteAddress, localAddress, others.toArray(String[]::new));
    }

    /** This without cookies, where a page of any site can have them sent. */
    public Handshake withoutCookies() {
        List<String> some = new ArrayList<>(fields.length);
        for (int i = 0; i < fields.length; i += 2) {
            if (!fields[i].equals("Cookie")) {
                some.add(fields[i]);
                some.add(fields[i + 1]);
            }
        }
        return new Handshake(path, query, remoteAddress, localAddress, some.toArray(String[]::new));
    }

    /** This without what may be long or secret. */
    Handshake kept() {
        List<String> some = new ArrayList<>(fields.length);
        for (int i = 0; i < fields.length; i += 2) {
            if (!NOT_KEPT.contains(fields[i]) && fields[i + 1].length() <= MOST_CHARS) {
                some.add(fields[i]);
                some.add(fields[i + 1]);
            }
        }
        String shortQuery = query == null || query.length() > MOST_CHARS ? null : query;
        return new Handshake(path, shortQuery, remoteAddress, localAddress, some.toArray(String[]::new));
    }

    /** Names the path and the peer; no field is shown. */
    @Override
    public String toString() {
        return path + " from " + remoteAddress;
    }
}
