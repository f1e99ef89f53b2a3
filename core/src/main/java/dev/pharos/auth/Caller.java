package dev.pharos.auth;

import dev.pharos.auth.RefusedException.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who sent a request, and what they may do. Immutable.
 *
 * @param source where the token was, or null when there was none
 */
public record Caller(Permit permit, Credentials.@Nullable Source source) {

    /** Anybody, where there are no keys. */
    public static final Caller OPEN = new Caller(Permit.OPEN, null);

    /** Who it is, or null. */
    public @Nullable String subject() {
        return permit.subject();
    }

    /** Refuses unless public events may be read. */
    public void requireRead() {
        if (!permit.mayRead()) {
            throw lacks("to read takes a token for reading");
        }
    }

    /** Refuses unless something may be published. */
    public void requirePublish() {
        if (permit.publish().isNone()) {
            throw lacks("to publish takes a token that grants it");
        }
    }

    /** Refuses unless an event with all these topics may be published. */
    public void requirePublish(List<String> topics) {
        if (!permit.mayPublish(topics)) {
            throw lacks("to publish takes a token that grants it for every topic of the event");
        }
    }

    /** The refusal of what is not granted: to somebody without a token it is that one is missing. */
    public RefusedException lacks(String sentence) {
        return new RefusedException(source == null ? Reason.MISSING : Reason.INSUFFICIENT, sentence);
    }
}
