package dev.pharos.protocol.events;

import dev.pharos.http.Encoded;
import dev.pharos.http.Headers;
import dev.pharos.http.Parameters;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.WebSocket;
import dev.pharos.hub.DeliveryMode;
import dev.pharos.hub.Hub;
import dev.pharos.hub.Interest;
import dev.pharos.hub.Lane;
import dev.pharos.hub.Notice;
import dev.pharos.hub.Selectors;
import dev.pharos.hub.Start;
import dev.pharos.hub.Subscription;
import dev.pharos.hub.Timed;
import dev.pharos.hub.Utf8;
import dev.pharos.log.Entry;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket that speaks {@code pharos.v1}: commands in, events and outcomes out. On the connection's loop only.
 */
final class SocketSession extends Timed implements WebSocket.Listener {

    static final String SUBPROTOCOL = "pharos.v1";

    private static final int RUN_BYTES = 16 << 10;
    private static final int MOST_SUBSCRIPTIONS = 100;
    private static final int MOST_UNACKNOWLEDGED = 64;
    private static final int MOST_UNACKNOWLEDGED_CHARS = 1 << 20;
    private static final int MOST_SELECTOR_BYTES = 256 << 10;
    private static final int MOST_FRAGMENTS = 1024;
    private static final int GOING_AWAY = 1001;
    private static final int UNACCEPTABLE_DATA = 1003;

    private final Hub hub;
    private final EventsOptions options;
    private final TransportCounts counts;
    private final Map<String, Reader> readers = new LinkedHashMap<>();

    private @Nullable Lane lane;
    private @Nullable WebSocket socket;
    private @Nullable SubscribeParameters initial;
    private int unacknowledged;
    private long unacknowledgedChars;
    /** Of all its subscriptions together. */
    private int selectorBytes;

    private boolean paused;
    private boolean ended;

    SocketSession(Hub hub, EventsOptions options, TransportCounts counts) {
        this.hub = hub;
        this.options = options;
        this.counts = counts;
    }

    void start(Request request, Reply reply, Headers cors) {
        if (Parameters.ofQuery(request.query(), SubscribeParameters.MOST_PARAMETERS)
                .has("topic")) {
            initial = SubscribeParameters.of(request, hub.limits());
        }
        lane = hub.lane(request.loop());
        reply.upgrade(
                new WebSocket.Options(
                        subprotocol(request), hub.limits().eventBytes() + (16 << 10), MOST_FRAGMENTS, cors),
                this);
    }

    private static String subprotocol(Request request) {
        List<String> offers = request.headers("Sec-WebSocket-Protocol");
        if (offers.isEmpty()) {
            return "";
        }
        for (String field : offers) {
            for (String name : field.split(",", -1)) {
                if (name.strip().equals(SUBPROTOCOL)) {
                    return SUBPROTOCOL;
                }
            }
        }
        throw new BadRequestException("header 'Sec-WebSocket-Protocol' offers "
                + SubscribeParameters.shown(String.join(", ", offers)) + ", but only " + SUBPROTOCOL + " is spoken");
    }

    @Override
    public void onOpen(WebSocket opened) {
        socket = opened;
        counts.socket(1);
        lane().schedule(this, beat());
        SubscribeParameters wanted = initial;
        initial = null;
        if (wanted != null) {
            obey(() -> subscribe("", wanted.selectors(), wanted.mode(), wanted.start()));
        }
    }

    @Override
    public void onText(String frame) {
        if (ended) {
            return;
        }
        obey(() -> {
            switch (Command.read(frame, hub.limits())) {
                case Command.Subscribe command -> subscribe(command);
                case Command.Unsubscribe command -> unsubscribe(command);
                case Command.Publish command -> publish(command, frame.length());
                case Command.Ping command -> send(Frames.pong(command.ref()));
            }
        });
        holdIfBusy();
    }

    private void obey(Runnable command) {
        try {
            command.run();
        } catch (Command.BadCommandException bad) {
            send(Frames.error(bad.code(), bad.subscription(), bad.ref(), bad.getMessage()));
        }
    }

    @Override
    public void onBinary(ByteBuffer message) {
        end(UNACCEPTABLE_DATA, "pharos.v1 has text messages only");
    }

    private void subscribe(Command.Subscribe command) {
        String name = command.subscription();
        if (readers.containsKey(name)) {
            throw bad("exists", name, "subscription '" + name + "' exists; unsubscribe it first");
        }
        if (readers.size() == MOST_SUBSCRIPTIONS) {
            throw bad("too-many", name, "a connection has at most " + MOST_SUBSCRIPTIONS + " subscriptions");
        }
        try {
            subscribe(
                    name,
                    SubscribeParameters.selectors(command.topics(), hub.limits()),
                    SubscribeParameters.mode(command.deliver()),
                    new Start(SubscribeParameters.checkedCursor(command.lastEventId()), command.last(), false));
        } catch (BadRequestException invalid) {
            throw bad("invalid", name, invalid.sentence());
        }
    }

    private void subscribe(String name, Selectors selectors, DeliveryMode mode, Start start) {
        int bytes = 0;
        for (String selector : selectors.texts()) {
            bytes += Utf8.length(selector);
        }
        if (selectorBytes + bytes > MOST_SELECTOR_BYTES) {
            throw bad(
                    "too-many",
                    name,
                    "the selectors of a connection have at most %d bytes together, this would make %d"
                            .formatted(MOST_SELECTOR_BYTES, selectorBytes + bytes));
        }
        Reader reader = new Reader(name, bytes);
        Subscription subscription =
                hub.subscribe(lane().loop(), new Interest(selectors, new SocketFormat(name), mode), start, reader);
        if (subscription == null) {
            send(Frames.error("overloaded", name, null, Busy.reason(hub) + "; try again later"));
            return;
        }
        reader.subscription = subscription;
        readers.put(name, reader);
        selectorBytes += bytes;
        reader.onReady();
    }

    private static Command.BadCommandException bad(String code, String subscription, String message) {
        return new Command.BadCommandException(code, subscription, null, message);
    }

    private void unsubscribe(Command.Unsubscribe command) {
        Reader reader = remove(command.subscription());
        if (reader == null) {
            throw bad(
                    "unknown",
                    command.subscription(),
                    "there is no subscription '" + SubscribeParameters.shown(command.subscription()) + "'");
        }
        Subscription subscription = reader.subscription();
        send(Frames.unsubscribed(command.subscription(), reader.open ? subscription.cursor() : null));
        subscription.close();
    }

    private @Nullable Reader remove(String name) {
        Reader reader = readers.remove(name);
        if (reader != null) {
            selectorBytes -= reader.selectorBytes;
        }
        return reader;
    }

    private void publish(Command.Publish command, int chars) {
        if (hub.isDraining()) {
            send(Frames.error("unavailable", null, command.ref(), Busy.reason(hub)));
            return;
        }
        unacknowledged++;
        unacknowledgedChars += chars;
        hub.publish(List.of(command.event())).whenComplete((entries, failure) -> {
            if (lane().loop().inLoop()) {
                published(command, chars, entries, failure);
            } else {
                lane().loop().execute(() -> published(command, chars, entries, failure));
            }
        });
    }

    private void published(
            Command.Publish command, int chars, @Nullable List<Entry> entries, @Nullable Throwable failure) {
        unacknowledged--;
        unacknowledgedChars -= chars;
        if (ended) {
            return;
        }
        if (entries != null) {
            send(Frames.published(
                    command.ref(), entries.getFirst().id(), command.event().isPrivate()));
        } else {
            AppendFailure why = AppendFailure.of(Objects.requireNonNull(failure), command.key());
            send(Frames.error(why.code(), null, command.ref(), why.sentence()));
        }
        resumeIfFree();
    }

    /** A client that does not read its answers, or publishes faster than the log takes, has to wait. */
    private void holdIfBusy() {
        if (!ended && !paused && (hasManyUnacknowledged() || !socket().ready())) {
            paused = true;
            socket().pause();
        }
    }

    private void resumeIfFree() {
        if (paused && !hasManyUnacknowledged() && socket().ready()) {
            paused = false;
            socket().resume();
        }
    }

    private boolean hasManyUnacknowledged() {
        return unacknowledged >= MOST_UNACKNOWLEDGED || unacknowledgedChars >= MOST_UNACKNOWLEDGED_CHARS;
    }

    @Override
    public void onReady() {
        if (ended) {
            return;
        }
        resumeIfFree();
        for (Reader reader : List.copyOf(readers.values())) {
            if (!socket().ready()) {
                break;
            }
            reader.onReady();
        }
    }

    @Override
    protected void onDue() {
        if (hub.isDraining()) {
            drain();
            return;
        }
        lane().schedule(this, beat());
        if (socket().ready()) {
            lane().pass();
            socket().ping();
            for (Reader reader : List.copyOf(readers.values())) {
                reader.announce();
            }
        }
    }

    private long beat() {
        return hub.jitter(options.heartbeatSeconds() * 750L);
    }

    private void drain() {
        if (!ended) {
            send(Frames.drain(hub.jitter(2 * options.retryMillis())));
            end(GOING_AWAY, "the hub is stopping");
        }
    }

    /** Begins the closing handshake; nothing is sent or obeyed any more. */
    private void end(int code, String reason) {
        if (ended) {
            return;
        }
        ended = true;
        lane().cancel(this);
        if (paused) {
            socket().resume(); // so that the client's answer to the close is read
        }
        socket().close(code, reason);
    }

    @Override
    public void onClose(int code, String reason) {
        counts.socket(-1);
        ended = true;
        lane().cancel(this);
        for (Reader reader : readers.values()) {
            reader.subscription().close();
        }
        readers.clear();
    }

    private void send(Encoded frame) {
        socket().text(frame);
    }

    private WebSocket socket() {
        return Objects.requireNonNull(socket);
    }

    private Lane lane() {
        return Objects.requireNonNull(lane);
    }

    /** One subscription of this socket. */
    private final class Reader implements Subscription.Listener {
        private final String name;
        private final int selectorBytes;
        private @Nullable Subscription subscription;
        private boolean open;
        private long announced;

        Reader(String name, int selectorBytes) {
            this.name = name;
            this.selectorBytes = selectorBytes;
        }

        Subscription subscription() {
            return Objects.requireNonNull(subscription);
        }

        @Override
        public void onOpen(Notice outcome) {
            if (ended) {
                return;
            }
            open = true;
            announced = outcome.from().position();
            send(Frames.subscribed(name, outcome));
        }

        @Override
        public void onReady() {
            Subscription from = subscription;
            if (from == null || !open || ended) {
                return;
            }
            while (socket().ready()) {
                Encoded bytes = from.poll(RUN_BYTES);
                if (bytes == null) {
                    break;
                }
                socket().text(bytes);
                announced = Math.max(announced, from.delivered());
            }
        }

        void announce() {
            Subscription from = subscription();
            if (open && from.position() > announced && socket().ready()) {
                announced = from.position();
                send(Frames.cursor(name, from.cursor()));
            }
        }

        @Override
        public void onDrain() {
            drain();
        }

        @Override
        public void onFailure(RuntimeException cause) {
            remove(name);
            if (ended) {
                return;
            }
            send(Frames.error("unavailable", name, null, "the history cannot be read now; subscribe again later"));
        }
    }
}
