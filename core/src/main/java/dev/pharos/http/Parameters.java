package dev.pharos.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The names and values of a query or a form, in the order sent; a name may occur more than once. Immutable.
 *
 * <p>Decoding follows application/x-www-form-urlencoded (WHATWG URL, section 5.1), but strictly: where the standard
 * would let a broken percent escape stand or replace broken UTF-8, this refuses with a {@link BadParameterException}.
 * Values may hold any character, also NUL. Look-ups are linear in the number of parameters, which is why that has a
 * bound.
 */
public final class Parameters {

    /** No parameters. */
    public static final Parameters NONE = new Parameters(new String[0]);

    /** Names and values in turn. */
    private final String[] pairs;

    private Parameters(String[] pairs) {
        this.pairs = pairs;
    }

    /**
     * Decodes the query of a request target.
     *
     * @param query what follows the {@code ?}, as sent, or null when there is none
     * @param limit how many parameters are allowed
     * @throws BadParameterException naming the parameter that cannot be decoded, or the first one over the limit
     */
    public static Parameters ofQuery(@Nullable String query, int limit) {
        return query == null || query.isEmpty() ? NONE : ofForm(FormDecoder.utf8(query), limit);
    }

    /**
     * Decodes the body of a form. The array is only read.
     *
     * @param limit how many parameters are allowed
     * @throws BadParameterException naming the parameter that cannot be decoded, or the first one over the limit
     */
    public static Parameters ofForm(byte[] body, int limit) {
        String[] pairs = FormDecoder.decode(body, limit);
        return pairs.length == 0 ? NONE : new Parameters(pairs);
    }

    /** These, and behind them others. */
    public Parameters and(Parameters others) {
        if (others.pairs.length == 0) {
            return this;
        }
        String[] both = Arrays.copyOf(pairs, pairs.length + others.pairs.length);
        System.arraycopy(others.pairs, 0, both, pairs.length, others.pairs.length);
        return new Parameters(both);
    }

    /** The first value of a name, or null. */
    public @Nullable String first(String name) {
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i].equals(name)) {
                return pairs[i + 1];
            }
        }
        return null;
    }

    /** The last value of a name, or null. */
    public @Nullable String last(String name) {
        for (int i = pairs.length - 2; i >= 0; i -= 2) {
            if (pairs[i].equals(name)) {
                return pairs[i + 1];
            }
        }
        return null;
    }

    /** The values of a name in the order sent; empty when there is none. */
    public List<String> all(String name) {
        List<String> values = List.of();
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i].equals(name)) {
                if (values.isEmpty()) {
                    values = List.of(pairs[i + 1]);
                } else {
                    values = values.size() == 1 ? new ArrayList<>(values) : values;
                    values.add(pairs[i + 1]);
                }
            }
        }
        return values.size() <= 1 ? values : Collections.unmodifiableList(values);
    }

    /** Whether there is a parameter of this name, be its value empty or not. */
    public boolean has(String name) {
        return first(name) != null;
    }

    /** The distinct names in the order of their first occurrence. */
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < pairs.length; i += 2) {
            names.add(pairs[i]);
        }
        return Collections.unmodifiableSet(names);
    }

    /** The number of name-value pairs. */
    public int size() {
        return pairs.length / 2;
    }

    /** Gives each name and value in the order sent. */
    public void forEach(BiConsumer<String, String> sink) {
        for (int i = 0; i < pairs.length; i += 2) {
            sink.accept(pairs[i], pairs[i + 1]);
        }
    }

    @Override
    public String toString() {
        return Arrays.toString(pairs);
    }
}
