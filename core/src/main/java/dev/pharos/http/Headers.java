package dev.pharos.http;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an answer, in order. Immutable.
 *
 * <p>Values are checked: a CR, LF or NUL in one is an {@link IllegalArgumentException}, so that nothing a client sent
 * can split a header. The host adds {@code Date}, {@code Content-Length}, {@code Transfer-Encoding} and
 * {@code Connection} itself.
 */
public final class Headers {

    /** No fields. */
    public static final Headers NONE = new Headers(List.of());

    private final List<String> pairs;

    private Headers(List<String> pairs) {
        this.pairs = pairs;
    }

    /** Names and values in turn. */
    public static Headers of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("names and values in turn, but there are " + namesAndValues.length);
        }
        for (String s : namesAndValues) {
            check(s);
        }
        return new Headers(List.of(namesAndValues));
    }

    /** These fields and one more. */
    public Headers with(String name, String value) {
        List<String> more = new ArrayList<>(pairs.size() + 2);
        more.addAll(pairs);
        more.add(check(name));
        more.add(check(value));
        return new Headers(List.copyOf(more));
    }

    /** These fields and {@code others}. */
    public Headers and(Headers others) {
        if (others.pairs.isEmpty()) {
            return this;
        }
        List<String> more = new ArrayList<>(pairs);
        more.addAll(others.pairs);
        return new Headers(List.copyOf(more));
    }

    /** The first value of a field (any case), or null. */
    public @Nullable String get(String name) {
        for (int i = 0; i < pairs.size(); i += 2) {
            if (pairs.get(i).equalsIgnoreCase(name)) {
                return pairs.get(i + 1);
            }
        }
        return null;
    }

    /** Gives each name and value in order. */
    public void forEach(BiConsumer<String, String> sink) {
        for (int i = 0; i < pairs.size(); i += 2) {
            sink.accept(pairs.get(i), pairs.get(i + 1));
        }
    }

    private static String check(String s) {
        for (int i = 0; i < s.length(); i++) {
            char c = s.charAt(i);
            if (c == '\r' || c == '\n' || c == 0) {
                throw new IllegalArgumentException(
                        "a header has the forbidden character U+%04X at %d".formatted((int) c, i));
            }
        }
        return s;
    }

    @Override
    public String toString() {
        return pairs.toString();
    }
}
