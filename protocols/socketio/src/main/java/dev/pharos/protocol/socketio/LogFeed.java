package dev.pharos.protocol.socketio;

import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;
import dev.pharos.hub.DeliveryMode;
import dev.pharos.hub.Hub;
import dev.pharos.hub.Interest;
import dev.pharos.hub.Notice;
import dev.pharos.hub.Selectors;
import dev.pharos.hub.Start;
import dev.pharos.hub.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * What brings the packets of a namespace from the end of the log to its sockets of one loop. On the loop only.
 *
 * <p>A socket that does not take them is left to a {@link LogReader} of its own, so that nothing waits for it in memory.
 */
final class LogFeed implements Subscription.Listener {

    private static final int RUN_BYTES = 64 << 10;
    /** What may wait for a socket before the log does. */
    private static final int MOST_BUFFERED = 64 << 10;

    private static final int FAULT = 1011;

    private final NamespaceLane lane;
    private final Recovery recovery;
    private final String namespace;
    private @Nullable Subscription subscription;
    /** The position of the last packet that was delivered. */
    private long before;

    private LogFeed(NamespaceLane lane, Recovery recovery, String namespace) {
        this.lane = lane;
        this.recovery = recovery;
        this.namespace = namespace;
    }

    /** What reads the packets of a namespace, from the log and its end alike. */
    static Interest interest(String namespace) {
        Selectors topic = Selectors.of(LogRecord.topic(namespace));
        return new Interest(topic, topic, LogRecord.Format.INSTANCE, DeliveryMode.ALL);
    }

    /** Begins at the end of the log, or null when the hub has no room. */
    static @Nullable LogFeed open(NamespaceLane lane, Recovery recovery, String namespace) {
        LogFeed feed = new LogFeed(lane, recovery, namespace);
        EventLoop loop = lane.loop();
        Hub hub = recovery.hub();
        Subscription opened = hub.subscribe(loop, interest(namespace), Start.LIVE, feed);
        if (opened == null) {
            return null;
        }
        feed.subscription = opened;
        feed.onReady(); // which it may have been told before it could poll
        return feed;
    }

    void close() {
        if (subscription != null) {
            subscription.close();
        }
    }

    @Override
    public void onOpen(Notice outcome) {
        before = outcome.from().position();
    }

    @Override
    public void onReady() {
        Subscription from = subscription;
        if (from == null) {
            return;
        }
        for (Encoded run = from.poll(RUN_BYTES); run != null; run = from.poll(RUN_BYTES)) {
            for (LogRecord record : LogRecord.read(run)) {
                if (record.isLoss()) {
                    closeAll();
                } else {
                    deliver(record);
                }
            }
        }
    }

    private void deliver(LogRecord record) {
        long position = record.position();
        lane.forEach(record.rooms(), record.except(), socket -> {
            if (socket.reader == null && position > socket.seen) {
                if (socket.buffered() < MOST_BUFFERED
                        || !LogReader.open(socket, recovery, namespace, Math.max(before, socket.seen))) {
                    socket.connection().send(record.packet());
                    socket.seen = position;
                }
            }
        });
        before = position;
    }

    /** What cannot be delivered is not passed over in silence: clients come back, and learn that they were not recovered. */
    private void closeAll() {
        lane.forEach(java.util.Set.of(), java.util.Set.of(), socket -> socket.close(FAULT, "events were lost"));
    }

    @Override
    public void onDrain() {}

    @Override
    public void onFailure(RuntimeException cause) {
        closeAll();
    }
}
