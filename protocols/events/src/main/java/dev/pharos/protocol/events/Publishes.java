package dev.pharos.protocol.events;

import dev.pharos.auth.RefusedException;
import dev.pharos.hub.Hub;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The events that a session publishes, until they are acknowledged. On the session's loop only. */
final class Publishes {

    private static final int MOST_UNACKNOWLEDGED = 64;
    private static final int MOST_UNACKNOWLEDGED_CHARS = 1 << 20;

    private final Hub hub;
    private final Peer peer;
    private final Tenure tenure;
    private final Runnable fewer;
    private int unacknowledged;
    private long unacknowledgedChars;

    /**
     * None yet.
     *
     * @param fewer run behind each acknowledgement
     */
    Publishes(Hub hub, Peer peer, Tenure tenure, Runnable fewer) {
        this.hub = hub;
        this.peer = peer;
        this.tenure = tenure;
        this.fewer = fewer;
    }

    /** Whether no more should come before some are acknowledged. */
    boolean areMany() {
        return unacknowledged >= MOST_UNACKNOWLEDGED || unacknowledgedChars >= MOST_UNACKNOWLEDGED_CHARS;
    }

    /**
     * Publishes an event, and acknowledges it when it is in the log.
     *
     * @param chars the length of the command
     */
    void publish(Command.Publish command, int chars) {
        if (hub.isDraining()) {
            peer.send(Frames.error("unavailable", null, command.ref(), Busy.reason(hub)));
            return;
        }
        Event event = command.event();
        try {
            tenure.publisher().check(event);
        } catch (RefusedException refused) {
            throw new Command.BadCommandException(refused, null, command.ref());
        } catch (BadRequestException bad) {
            throw new Command.BadCommandException("invalid", null, command.ref(), bad.sentence());
        }
        IdempotencyKey key = command.key();
        unacknowledged++;
        unacknowledgedChars += chars;
        hub.publish(List.of(key == null ? event : key.on(event, tenure.caller().subject())))
                .whenComplete((entries, failure) -> {
                    if (peer.lane().loop().inLoop()) {
                        published(command, chars, entries, failure);
                    } else {
                        peer.lane().loop().tell(() -> published(command, chars, entries, failure));
                    }
                });
    }

    private void published(
            Command.Publish command, int chars, @Nullable List<Entry> entries, @Nullable Throwable failure) {
        unacknowledged--;
        unacknowledgedChars -= chars;
        if (peer.hasEnded()) {
            return;
        }
        if (entries != null) {
            String notice = tenure.publisher().notice(command.event());
            peer.send(Frames.published(command.ref(), entries.getFirst().id(), notice));
        } else {
            AppendFailure why = AppendFailure.of(Objects.requireNonNull(failure), command.key());
            peer.send(Frames.error(why.code(), null, command.ref(), why.sentence()));
        }
        fewer.run();
    }
}
