package dev.pharos.url;

import java.io.Serial;

/** A text is no URL pattern, or none that can be evaluated here. The message is a sentence for its author. */
public final class InvalidUrlPatternException extends IllegalArgumentException {

    @Serial
    private static final long serialVersionUID = 1L;

    InvalidUrlPatternException(String message) {
        super(message);
    }
}
