package dev.pharos.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A handler that passes each request on by its path: to the handler of exactly this path, else to that of the longest
 * prefix, else it answers 404 with a sentence. Immutable.
 *
 * <p>Paths are compared as sent: neither percent escapes nor dot segments are resolved. A look-up costs the length of
 * the path times the number of prefixes at worst.
 */
public final class Routes implements Handler {

    private static final int SHOWN = 128;

    private final Map<String, Handler> exact;
    /** Longest first. */
    private final List<Prefix> prefixes;

    private Routes(Builder builder) {
        exact = Map.copyOf(builder.exact);
        List<Prefix> sorted = new ArrayList<>();
        builder.prefixes.forEach((path, handler) -> sorted.add(new Prefix(path, handler)));
        sorted.sort(Comparator.comparingInt((Prefix prefix) -> prefix.path.length())
                .reversed()
                .thenComparing(Prefix::path));
        prefixes = List.copyOf(sorted);
    }

    /** Starts without any route. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public void handle(Request request, Reply reply) {
        String path = request.path();
        Handler handler = exact.get(path);
        if (handler != null) {
            handler.handle(request, reply);
            return;
        }
        for (Prefix prefix : prefixes) {
            if (path.startsWith(prefix.path)) {
                prefix.handler.handle(request, reply);
                return;
            }
        }
        String shown = path.length() <= SHOWN ? path : path.substring(0, SHOWN) + "…";
        reply.send(Response.text(404, "there is nothing at " + shown));
    }

    private record Prefix(String path, Handler handler) {}

    /** Collects routes. Not thread-safe. */
    public static final class Builder {

        private final Map<String, Handler> exact = new HashMap<>();
        private final Map<String, Handler> prefixes = new HashMap<>();

        private Builder() {}

        /**
         * Adds a route.
         *
         * @param path a path that begins with {@code /}; one that ends with {@code /*} stands for every path that
         *     begins with what is before the star, so {@code /a/*} for {@code /a/} and {@code /a/b/c}, but not
         *     {@code /a}
         * @throws IllegalArgumentException if the path is taken, does not begin with {@code /}, or has a star elsewhere
         */
        public Builder at(String path, Handler handler) {
            boolean isPrefix = path.endsWith("/*");
            String text = isPrefix ? path.substring(0, path.length() - 1) : path;
            if (!text.startsWith("/") || text.indexOf('*') >= 0) {
                throw new IllegalArgumentException(
                        "a route begins with '/' and has a '*' only in '/*' at its end, got '" + path + "'");
            }
            if ((isPrefix ? prefixes : exact).putIfAbsent(text, handler) != null) {
                throw new IllegalArgumentException("there is a route at '" + path + "' already");
            }
            return this;
        }

        /** The routes so far. */
        public Routes build() {
            return new Routes(this);
        }
    }
}
