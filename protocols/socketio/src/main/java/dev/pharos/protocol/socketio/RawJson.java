package dev.pharos.protocol.socketio;

import java.util.Objects;

/**
 * A value that is JSON already, to be sent as it is.
 *
 * @param text one JSON value without a lone surrogate; it is not checked
 */
public record RawJson(String text) {

    /** Of a JSON text. */
    public RawJson {
        Objects.requireNonNull(text, "text");
    }
}
