package dev.pharos.auth;

import dev.pharos.hub.Selectors;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What somebody may do, and until when. Immutable.
 *
 * @param subject who it is, as the issuer names them; null for nobody in particular
 * @param mayRead whether public events may be read
 * @param publish the topics that may be published to
 * @param subscribe the topics whose private events may be read
 * @param expiresAtMillis when it ends, in milliseconds since 1970; {@link #NEVER} if it does not
 * @param payloads what presence tells about its holder
 */
public record Permit(
        @Nullable String subject,
        boolean mayRead,
        Selectors publish,
        Selectors subscribe,
        long expiresAtMillis,
        Payloads payloads) {

    /** The end of a permit that does not expire. */
    public static final long NEVER = Long.MAX_VALUE;

    /** What anybody may do where there are no keys. */
    public static final Permit OPEN = anonymous(true, true);

    /** What a token says about its holder to those who may ask about subscriptions. */
    @FunctionalInterface
    public interface Payloads {

        /** Nothing. */
        Payloads NONE = selector -> null;

        /** The JSON text that goes with a subscription to a selector, or null. */
        @Nullable
        String of(String selector);
    }

    /** Checks that nothing is missing. */
    public Permit {
        Objects.requireNonNull(publish, "publish");
        Objects.requireNonNull(subscribe, "subscribe");
        Objects.requireNonNull(payloads, "payloads");
    }

    /** For requests without a token: public events only. */
    public static Permit anonymous(boolean mayRead, boolean mayPublish) {
        return new Permit(
                null,
                mayRead,
                mayPublish ? Selectors.EVERYTHING : Selectors.NONE,
                Selectors.NONE,
                NEVER,
                Payloads.NONE);
    }

    /** Whether an event with these topics may be published: each of them must be granted. */
    public boolean mayPublish(List<String> topics) {
        return publish.selectsEach(topics);
    }

    /** Whether there is an end. */
    public boolean expires() {
        return expiresAtMillis != NEVER;
    }

    /** What goes with a subscription to a selector, as JSON, or null. */
    public @Nullable String payload(String selector) {
        return payloads.of(selector);
    }

    /** Whether the other is for the same holder, as far as that is known of both. */
    public boolean isSameHolder(Permit other) {
        return subject != null && subject.equals(other.subject);
    }

    /**
     * This permit as a later one of the same holder renews it: it ends when that ends, and of its grants those stay that
     * the later one has as well. It never gets wider.
     */
    public Permit renewedBy(Permit later) {
        return new Permit(
                subject,
                mayRead && later.mayRead,
                publish.intersect(later.publish),
                subscribe.intersect(later.subscribe),
                later.expiresAtMillis,
                payloads);
    }
}
