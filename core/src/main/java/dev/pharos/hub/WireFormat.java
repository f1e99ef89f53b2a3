package dev.pharos.hub;

import dev.pharos.http.Encoded;
import dev.pharos.log.Entry;
import org.jspecify.annotations.Nullable;

/**
 * How events look to an audience: the bytes one event becomes.
 *
 * <p>Subscribers whose formats are equal share bytes, so an implementation has {@code equals} and {@code hashCode} (a
 * record, say), is immutable, and always gives the same bytes for the same entry. Called on any thread.
 */
public interface WireFormat {

    /** One event, as one part. */
    Encoded encode(Entry entry);

    /**
     * What tells a reader in band that events were lost, or null when this format has no word for it: then the
     * subscription ends the stream's silence through {@link Subscription.Listener} alone.
     */
    @Nullable
    Encoded encode(Notice notice);
}
