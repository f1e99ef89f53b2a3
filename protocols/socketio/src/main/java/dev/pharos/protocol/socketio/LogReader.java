package dev.pharos.protocol.socketio;

import dev.pharos.http.Encoded;
import dev.pharos.hub.Notice;
import dev.pharos.hub.Start;
import dev.pharos.hub.Subscription;
import dev.pharos.log.Cursor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What brings one socket the packets it missed, from the log, until it is where all others are. On its loop only.
 */
final class LogReader implements Subscription.Listener {

    private static final int RUN_BYTES = 16 << 10;
    private static final int OVERFLOW = 1008;

    /** What is done when it is known what becomes of the cursor. */
    @FunctionalInterface
    interface Opening {

        /**
         * Gives the socket to read for, or null, which ends this.
         *
         * @param whole whether nothing is missing behind the cursor
         */
        @Nullable
        Socket open(boolean whole);
    }

    private final Opening opening;

    private @Nullable Socket socket;
    private @Nullable Subscription subscription;
    private boolean isOpen;

    private LogReader(Opening opening) {
        this.opening = opening;
    }

    /**
     * Reads for a socket that is too slow for the end of the log.
     *
     * @return false when the hub has no room for it
     */
    static boolean open(Socket socket, Recovery recovery, String namespace, long after) {
        Cursor cursor = recovery.hub().cursor(after);
        return open(
                socket.connection(),
                recovery,
                namespace,
                cursor.toString(),
                whole -> {
                    if (!whole) {
                        socket.close(OVERFLOW, "events were lost, since they were taken too slowly");
                        return null;
                    }
                    return socket;
                },
                socket);
    }

    /**
     * Reads for a socket that there is as soon as it is known what becomes of the cursor.
     *
     * @param opening is told whether nothing is missing, and gives the socket if so
     * @return false when the hub has no room for it
     */
    static boolean open(
            Connection connection,
            Recovery recovery,
            String namespace,
            String cursor,
            Opening opening,
            @Nullable Socket known) {
        LogReader reader = new LogReader(opening);
        if (known != null) {
            known.reader = reader;
        }
        Subscription opened = recovery.hub()
                .subscribe(connection.session().loop(), LogFeed.interest(namespace), Start.after(cursor), reader);
        if (opened == null) {
            if (known != null) {
                known.reader = null;
            }
            return false;
        }
        reader.subscription = opened;
        if (reader.isOpen) {
            reader.resume();
        }
        return true;
    }

    @Override
    public void onOpen(Notice outcome) {
        isOpen = true;
        if (subscription != null) {
            begin(outcome);
        } else {
            first = outcome;
        }
    }

    /** What was told before the subscription was known. */
    private @Nullable Notice first;

    private void resume() {
        Notice outcome = first;
        first = null;
        if (outcome != null) {
            begin(outcome);
            onReady();
        }
    }

    private void begin(Notice outcome) {
        Socket given = opening.open(outcome.state() == Notice.State.RESUMED);
        if (given == null || !given.isOpen()) {
            end();
        } else {
            socket = given;
            given.reader = this;
        }
    }

    @Override
    public void onReady() {
        Subscription from = subscription;
        Socket to = socket;
        while (from != null && to != null && to.isOpen() && to.ready()) {
            Encoded run = from.poll(RUN_BYTES);
            if (run == null) {
                if (from.isCaughtUp()) {
                    to.seen = Math.max(to.seen, from.position());
                    end();
                }
                return;
            }
            deliver(run, to);
        }
    }

    private void deliver(Encoded run, Socket to) {
        for (LogRecord record : LogRecord.read(run)) {
            if (record.isLoss()) {
                to.close(OVERFLOW, "events were lost, since they were taken too slowly");
                end();
                return;
            }
            if (record.isFor(to.rooms())) {
                to.connection().send(record.packet());
            }
            to.seen = record.position();
        }
    }

    /** The socket is with the others, or has ended. */
    void end() {
        Socket of = socket;
        if (of != null && Objects.equals(of.reader, this)) {
            of.reader = null;
        }
        socket = null;
        if (subscription != null) {
            subscription.close();
        }
    }

    @Override
    public void onDrain() {}

    @Override
    public void onFailure(RuntimeException cause) {
        Socket of = socket;
        if (of != null) {
            of.close(OVERFLOW, "events cannot be read now");
        } else if (!isOpen) {
            isOpen = true;
            opening.open(false);
        }
    }
}
