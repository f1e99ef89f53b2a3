package dev.pharos.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of a publish request. */
public sealed interface Outcome {

    /**
     * All of it is in the log.
     *
     * @param id of the last event
     * @param notice what the hub has to say about it, or null
     */
    record Accepted(String id, @Nullable String notice) implements Outcome {}

    /**
     * The hub answered that it will not take it; the same request will not fare better.
     *
     * @param sentence the hub's reason
     * @param accepted how many events it took before the one it refused, or -1 when it did not say
     */
    record Refused(int status, String sentence, int accepted) implements Outcome {

        /** Whether the status is about an event, so that another event may be taken. */
        boolean concernsOneEvent() {
            return status == 400 || status == 413 || status == 422;
        }
    }

    /**
     * No hub, no answer, or one that says "later". What was sent may have been taken.
     *
     * @param reason one sentence without a full stop
     * @param retryAfter the wait the hub asks for, or null
     * @param accepted how many events, from the first, the hub said that it took; 0 when it did not say
     */
    record Away(String reason, @Nullable Duration retryAfter, int accepted) implements Outcome {}
}
