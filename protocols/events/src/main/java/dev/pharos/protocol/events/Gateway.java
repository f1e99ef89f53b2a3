package dev.pharos.protocol.events;

import dev.pharos.http.Encoded;
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
import dev.pharos.hub.WireFormat;
import dev.pharos.log.Entry;
import dev.pharos.session.CloseReason;
import dev.pharos.session.Handshake;
import dev.pharos.session.Session;
import dev.pharos.session.SessionListener;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The command protocol {@code pharos.v1} over one session, whatever carries that: commands in, events and outcomes out. On the
 * session's loop only.
 *
 * <p>Made by {@link EventsProtocol#gateway()} or {@link #over}. Messages are text, each a JSON object; its states are in
 * {@code docs/http-api.md}.
 */
public final class Gateway extends Timed implements SessionListener {

    private static final int RUN_BYTES = 16 << 10;
    private static final int MOST_SUBSCRIPTIONS = 100;
    private static final int MOST_UNACKNOWLEDGED = 64;
    private static final int MOST_UNACKNOWLEDGED_CHARS = 1 << 20;
    private static final int MOST_SELECTOR_BYTES = 256 << 10;
    /** A client with so much in answers to take is not listened to. */
    private static final int MOST_BUFFERED = 16 << 10;

    private static final int GOING_AWAY = 1001;
    private static final int UNACCEPTABLE_DATA = 1003;

    private final Hub hub;
    private final EventsOptions options;
    private final Function<String, WireFormat> formats;
    private final Map<String, Reader> readers = new LinkedHashMap<>();

    private @Nullable Lane lane;
    private @Nullable Session session;
    private @Nullable SubscribeParameters initial;
    private int unacknowledged;
    private long unacknowledgedChars;
    /** Of all its subscriptions together. */
    private int selectorBytes;

    private boolean paused;
    private boolean ended;

    /**
     * The gateway to a hub for a session that is to be opened.
     *
     * @param initial what the subscription without a name is to read from the start, or null for none
     */
    Gateway(Hub hub, EventsOptions options, @Nullable SubscribeParameters initial) {
        this(hub, options, initial, GatewayFormat::new);
    }

    private Gateway(
            Hub hub,
            EventsOptions options,
            @Nullable SubscribeParameters initial,
            Function<String, WireFormat> formats) {
        this.hub = hub;
        this.options = options;
        this.initial = initial;
        this.formats = formats;
    }

    /** What gives each session its gateway to a hub. */
    public static Function<Handshake, SessionListener> over(Hub hub, EventsOptions options) {
        return over(hub, options, GatewayFormat::new);
    }

    /**
     * The same with events in a form of the transport's own; all else it sends is as ever.
     *
     * @param formats the form of the events of a subscription, by the client's name for that
     */
    public static Function<Handshake, SessionListener> over(
            Hub hub, EventsOptions options, Function<String, WireFormat> formats) {
        return handshake -> new Gateway(hub, options, null, formats);
    }

    @Override
    public void onOpen(Session opened) {
        session = opened;
        lane = hub.lane(opened.loop());
        lane().schedule(this, beat());
        SubscribeParameters wanted = initial;
        initial = null;
        if (wanted != null) {
            obey(() -> subscribe("", wanted.selectors(), wanted.mode(), wanted.start(), null));
        }
    }

    @Override
    public void onMessage(String message) {
        if (ended) {
            return;
        }
        obey(() -> {
            switch (Command.read(message, hub.limits())) {
                case Command.Subscribe command -> subscribe(command);
                case Command.Unsubscribe command -> unsubscribe(command);
                case Command.Publish command -> publish(command, message.length());
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
        String ref = command.ref();
        if (readers.containsKey(name)) {
            throw bad("exists", name, ref, "subscription '" + name + "' exists; unsubscribe it first");
        }
        if (readers.size() == MOST_SUBSCRIPTIONS) {
            throw bad("too-many", name, ref, "a session has at most " + MOST_SUBSCRIPTIONS + " subscriptions");
        }
        try {
            subscribe(
                    name,
                    SubscribeParameters.selectors(command.topics(), hub.limits()),
                    SubscribeParameters.mode(command.deliver()),
                    new Start(SubscribeParameters.checkedCursor(command.lastEventId()), command.last(), false),
                    ref);
        } catch (BadRequestException invalid) {
            throw bad("invalid", name, ref, invalid.sentence());
        }
    }

    private void subscribe(String name, Selectors selectors, DeliveryMode mode, Start start, @Nullable String ref) {
        int bytes = 0;
        for (String selector : selectors.texts()) {
            bytes += Utf8.length(selector);
        }
        if (selectorBytes + bytes > MOST_SELECTOR_BYTES) {
            throw bad(
                    "too-many",
                    name,
                    ref,
                    "the selectors of a session have at most %d bytes together, this would make %d"
                            .formatted(MOST_SELECTOR_BYTES, selectorBytes + bytes));
        }
        Reader reader = new Reader(name, bytes, ref);
        Subscription subscription =
                hub.subscribe(lane().loop(), new Interest(selectors, formats.apply(name), mode), start, reader);
        if (subscription == null) {
            send(Frames.error("overloaded", name, ref, Busy.reason(hub) + "; try again later"));
            return;
        }
        reader.subscription = subscription;
        readers.put(name, reader);
        selectorBytes += bytes;
        reader.onReady();
    }

    private static Command.BadCommandException bad(
            String code, String subscription, @Nullable String ref, String message) {
        return new Command.BadCommandException(code, subscription, ref, message);
    }

    private void unsubscribe(Command.Unsubscribe command) {
        Reader reader = remove(command.subscription());
        if (reader == null) {
            throw bad(
                    "unknown",
                    command.subscription(),
                    command.ref(),
                    "there is no subscription '" + SubscribeParameters.shown(command.subscription()) + "'");
        }
        Subscription subscription = reader.subscription();
        send(Frames.unsubscribed(command, reader.open ? subscription.cursor() : null));
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
        if (!ended && !paused && isBusy()) {
            paused = true;
            session().pause();
        }
    }

    private void resumeIfFree() {
        if (paused && !isBusy()) {
            paused = false;
            session().resume();
        }
    }

    private boolean isBusy() {
        return unacknowledged >= MOST_UNACKNOWLEDGED
                || unacknowledgedChars >= MOST_UNACKNOWLEDGED_CHARS
                || session().buffered() >= MOST_BUFFERED;
    }

    @Override
    public void onReady() {
        if (ended) {
            return;
        }
        resumeIfFree();
        if (readers.isEmpty()) {
            return;
        }
        for (Reader reader : List.copyOf(readers.values())) {
            if (!session().ready()) {
                break;
            }
            reader.onReady();
        }
    }

    /** Tells a client whose subscriptions are quiet how far they are. */
    @Override
    protected void onDue() {
        lane().schedule(this, beat());
        if (session().ready() && !readers.isEmpty()) {
            lane().pass();
            for (Reader reader : List.copyOf(readers.values())) {
                reader.announce();
            }
        }
    }

    private long beat() {
        return hub.jitter(options.heartbeatSeconds() * 750L);
    }

    @Override
    public void onDrain() {
        if (!ended) {
            send(Frames.drain(hub.jitter(2 * options.retryMillis())));
            end(GOING_AWAY, "the hub is stopping");
        }
    }

    /** Ends the session; nothing is sent or obeyed any more. */
    private void end(int code, String reason) {
        if (!ended) {
            ended = true;
            lane().cancel(this);
            session().close(code, reason);
        }
    }

    /** The subscriptions stay until here, so that a hub that drains knows when its readers have been told. */
    @Override
    public void onClose(CloseReason reason) {
        ended = true;
        lane().cancel(this);
        for (Reader reader : readers.values()) {
            reader.subscription().close();
        }
        readers.clear();
    }

    private void send(Encoded frame) {
        session().send(frame);
    }

    private Session session() {
        return Objects.requireNonNull(session);
    }

    private Lane lane() {
        return Objects.requireNonNull(lane);
    }

    /** One subscription of this session. */
    private final class Reader implements Subscription.Listener {
        private final String name;
        private final int selectorBytes;
        /** What the answer to its subscribing refers to. */
        private @Nullable String ref;

        private @Nullable Subscription subscription;
        private boolean open;
        private long announced;

        Reader(String name, int selectorBytes, @Nullable String ref) {
            this.name = name;
            this.ref = ref;
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
            send(Frames.subscribed(name, outcome, ref));
            ref = null;
        }

        @Override
        public void onReady() {
            Subscription from = subscription;
            if (from == null || !open || ended) {
                return;
            }
            while (session().ready()) {
                Encoded bytes = from.poll(RUN_BYTES);
                if (bytes == null) {
                    break;
                }
                session().send(bytes);
                announced = Math.max(announced, from.delivered());
            }
        }

        void announce() {
            Subscription from = subscription();
            if (open && from.position() > announced && session().ready()) {
                announced = from.position();
                send(Frames.cursor(name, from.cursor()));
            }
        }

        @Override
        public void onDrain() {
            Gateway.this.onDrain();
        }

        @Override
        public void onFailure(RuntimeException cause) {
            remove(name);
            if (ended) {
                return;
            }
            send(Frames.error("unavailable", name, ref, "the history cannot be read now; subscribe again later"));
        }
    }
}
