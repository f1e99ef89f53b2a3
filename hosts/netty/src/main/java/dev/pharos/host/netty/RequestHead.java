package dev.pharos.host.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.pharos.http.Response;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request, as its bytes and where in them everything is. Used on one loop only, by any number of requests
 * whose heads have the same bytes.
 */
final class RequestHead {

    /** The start and end of a name and of its value. */
    private static final int NUMBERS = 4;

    /** What stands in for a head that could not be read. */
    static final RequestHead NONE = new RequestHead(
            new byte[0],
            new int[0],
            "GET",
            new RequestTarget("/", null),
            false,
            new RequestHead.Framing(0, false),
            false);

    private final byte[] bytes;
    private final int[] places;
    /** The values that somebody asked for. */
    private final @Nullable String[] values;

    private final String method;
    private final RequestTarget target;
    private final boolean old;
    private final Framing framing;
    private final boolean keepAlive;
    private @Nullable Response refusal;

    /**
     * How the body comes.
     *
     * @param length in bytes, or -1 for chunks
     * @param awaitsContinue whether the client waits for 100 Continue before it sends it
     */
    record Framing(long length, boolean awaitsContinue) {}

    /**
     * @param bytes from the request line to the empty line, the head's own
     * @param places of each field in order: where its name starts and ends, where its value starts and ends
     * @param old whether it is HTTP/1.0
     * @param keepAlive whether the client allows another request after this one
     */
    RequestHead(
            byte[] bytes,
            int[] places,
            String method,
            RequestTarget target,
            boolean old,
            Framing framing,
            boolean keepAlive) {
        this.bytes = bytes;
        this.places = places;
        this.values = new @Nullable String[places.length / NUMBERS];
        this.method = method;
        this.target = target;
        this.old = old;
        this.framing = framing;
        this.keepAlive = keepAlive;
    }

    /** The whole head; not to be changed. */
    byte[] bytes() {
        return bytes;
    }

    String method() {
        return method;
    }

    RequestTarget target() {
        return target;
    }

    boolean isHttp10() {
        return old;
    }

    boolean keepAlive() {
        return keepAlive;
    }

    Framing framing() {
        return framing;
    }

    /** The answer to a well-formed head that is refused all the same, or null. */
    @Nullable
    Response refusal() {
        return refusal;
    }

    /** This head, to be refused. */
    RequestHead refusedWith(@Nullable Response answer) {
        refusal = answer;
        return this;
    }

    /** The first field of this name, or null. */
    @Nullable
    String header(String name) {
        int field = find(name, 0);
        return field < 0 ? null : value(field);
    }

    /** All fields of this name in the order sent. */
    List<String> headers(String name) {
        int field = find(name, 0);
        if (field < 0) {
            return List.of();
        }
        int next = find(name, field + 1);
        if (next < 0) {
            return List.of(value(field));
        }
        List<String> all = new ArrayList<>();
        all.add(value(field));
        for (; next >= 0; next = find(name, next + 1)) {
            all.add(value(next));
        }
        return List.copyOf(all);
    }

    /** Whether some field of this name has an element in its comma-separated list, in any case. */
    boolean lists(String name, String element) {
        for (int field = find(name, 0); field >= 0; field = find(name, field + 1)) {
            if (Grammar.lists(value(field), element)) {
                return true;
            }
        }
        return false;
    }

    private int find(String name, int from) {
        int length = name.length();
        for (int field = from; field < values.length; field++) {
            int place = field * NUMBERS;
            if (places[place + 1] - places[place] == length
                    && Grammar.equalsIgnoreCase(bytes, places[place], places[place + 1], name)) {
                return field;
            }
        }
        return -1;
    }

    private String value(int field) {
        String known = values[field];
        if (known == null) {
            int place = field * NUMBERS;
            known = new String(bytes, places[place + 2], places[place + 3] - places[place + 2], ISO_8859_1);
            values[field] = known;
        }
        return known;
    }
}
