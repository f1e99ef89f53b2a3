package dev.pharos.config;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A sort of value.
 *
 * @param allowed what a text of this kind looks like, to be read behind "must be"
 * @param reader gives null for a text that is not of this kind, and throws {@link IllegalArgumentException} to say more
 */
record Kind<T>(String allowed, Function<String, @Nullable T> reader) {

    /** @throws IllegalArgumentException that says what the text should have been */
    T read(String text) {
        T value = reader.apply(text);
        if (value == null) {
            throw new IllegalArgumentException("must be " + allowed);
        }
        return value;
    }
}
