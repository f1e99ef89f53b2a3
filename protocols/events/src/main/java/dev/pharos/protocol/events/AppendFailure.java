package dev.pharos.protocol.events;

import dev.pharos.log.IdempotencyConflictException;
import dev.pharos.log.LogFullException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Why the log did not take an event, as its publisher is told.
 *
 * @param code the same for a WebSocket, which has no statuses
 */
record AppendFailure(int status, String code, String sentence) {

    static AppendFailure of(Throwable failure, @Nullable IdempotencyKey key) {
        Throwable cause = cause(failure);
        String message = String.valueOf(cause.getMessage());
        return switch (cause) {
            case LogFullException full -> new AppendFailure(507, "full", message);
            case IdempotencyConflictException conflict ->
                new AppendFailure(422, "conflict", key == null ? message : key.conflict());
            default -> new AppendFailure(503, "unavailable", "the log does not take events now: " + message);
        };
    }

    /** Which of the events of an append is at odds with an earlier one, from 0; or -1 when that is not why it failed. */
    static int conflictIndex(Throwable failure) {
        return cause(failure) instanceof IdempotencyConflictException conflict ? conflict.index() : -1;
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
