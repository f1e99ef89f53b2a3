package dev.pharos.protocol.events;

import dev.pharos.auth.Access;
import dev.pharos.auth.Caller;
import dev.pharos.auth.Caps;
import dev.pharos.auth.Credentials;
import dev.pharos.auth.Permit;
import dev.pharos.auth.RefusedException;
import dev.pharos.auth.RefusedException.Reason;
import dev.pharos.http.AllowedOrigins;
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
import dev.pharos.log.Event;
import dev.pharos.presence.LiveSubscription;
import dev.pharos.presence.Presence.Member;
import dev.pharos.session.CloseReason;
import dev.pharos.session.Handshake;
import dev.pharos.session.Session;
import dev.pharos.session.SessionListener;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
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
 * <p>Made by {@link EventsProtocol#gateway()}. Messages are text, each a JSON object; its states are in
 * {@code docs/http-api.md}.
 */
public final class Gateway extends Timed implements SessionListener {

    /** As much as a sheet of history mostly is, so that runs are whole sheets, which readers at many places share. */
    private static final int RUN_BYTES = 64 << 10;
    /** What a reader takes in one turn: no more than is kept of the newest runs, so that all readers share them. */
    private static final int MOST_RUNS = 4;

    private static final int MOST_SUBSCRIPTIONS = 100;
    private static final int MOST_UNACKNOWLEDGED = 64;
    private static final int MOST_UNACKNOWLEDGED_CHARS = 1 << 20;
    private static final int MOST_SELECTOR_BYTES = 256 << 10;
    /** A client with so much in answers to take is not listened to. */
    private static final int MOST_BUFFERED = 16 << 10;

    private static final int GOING_AWAY = 1001;
    private static final int UNACCEPTABLE_DATA = 1003;

    /** How much may come before it is known who sends it. */
    private static final int MOST_EARLY_CHARS = 64 << 10;

    /** What a message takes beside its text: also empty ones are bounded. */
    private static final int CHARS_AROUND_A_MESSAGE = 32;

    private static final int POLICY_VIOLATION = 1008;
    private static final int TRY_AGAIN_LATER = 1013;

    private final Context context;
    private final Hub hub;
    private final Function<String, WireFormat> formats;
    private final Map<String, Reader> readers = new LinkedHashMap<>();

    private @Nullable Lane lane;
    private @Nullable Session session;
    private @Nullable SubscribeParameters initial;
    /** Who is at the other end, once that is known. */
    private @Nullable Publisher publisher;
    /** Of a session whose sender was not known before it began. */
    private Caps.@Nullable Lease lease;

    private long term = Term.NEVER;
    private @Nullable Member member;
    /** What came before it was known who sends it; null afterwards. */
    private @Nullable List<String> early;

    private int earlyChars;
    private int unacknowledged;
    private long unacknowledgedChars;
    /** Of all its subscriptions together. */
    private int selectorBytes;

    private boolean paused;
    private boolean ended;

    /**
     * The gateway to a hub for a session that is to be opened.
     *
     * @param publisher who it is for; null if that is to be found out from what opened the session
     * @param initial what the subscription without a name is to read from the start, or null for none
     */
    Gateway(Context context, @Nullable Publisher publisher, @Nullable SubscribeParameters initial) {
        this(context, publisher, initial, GatewayFormat::new);
    }

    /** The same with events in a form of another protocol's own, by the client's name for a subscription. */
    Gateway(
            Context context,
            @Nullable Publisher publisher,
            @Nullable SubscribeParameters initial,
            Function<String, WireFormat> formats) {
        this.context = context;
        this.hub = context.hub();
        this.publisher = publisher;
        this.initial = initial;
        this.formats = formats;
    }

    @Override
    public void onOpen(Session opened) {
        session = opened;
        lane = hub.lane(opened.loop());
        Publisher known = publisher;
        if (known == null) {
            early = new ArrayList<>(1);
            findOut(opened.handshake());
        } else {
            begin(known);
        }
    }

    /** Has the token of the request judged that opened the session. */
    private void findOut(Handshake handshake) {
        SocketAddress remote = handshake.remoteAddress();
        Function<String, List<String>> headers = handshake::headers;
        Access access = context.access();
        Access.Decision decision = new Access.Decision() {
            @Override
            public void permitted(Caller caller) {
                if (ended) {
                    return;
                }
                try {
                    lease = access.caps().enter(remote, headers, caller);
                } catch (RefusedException full) {
                    refused(full);
                    return;
                }
                begin(new Publisher(context, caller, access.caps().publisher(remote, headers, caller)));
            }

            @Override
            public void refused(RefusedException why) {
                refuse(why);
            }
        };
        if (access.isOpen()) {
            decision.permitted(Caller.OPEN);
            return;
        }
        try {
            Credentials credentials = access.sources().of(headers, handshake.query());
            refuseCookieOfOtherSite(handshake, credentials);
            access.decide(credentials, session().loop(), decision);
        } catch (RefusedException malformed) {
            refuse(malformed);
        }
    }

    /**
     * A page of any site can open a session, by an image or a link too, which send the cookie but no {@code Origin}; the id is
     * then one that the page chose, so that anybody could go on with the session. The page has to be known.
     */
    private void refuseCookieOfOtherSite(Handshake handshake, @Nullable Credentials credentials) {
        if (credentials == null || credentials.source() != Credentials.Source.COOKIE) {
            return;
        }
        String page = AllowedOrigins.pageOf(handshake.header("Origin"), handshake.header("Referer"));
        boolean mayUse = page == null
                ? "same-origin".equals(handshake.header("Sec-Fetch-Site"))
                : !context.origins().allowed().isUnnamed(page, handshake.header("Host"));
        if (!mayUse) {
            throw new RefusedException(
                    Reason.INSUFFICIENT,
                    "with a cookie, a session is for the hub's own pages and those of origins that were allowed by name,"
                            + " as 'Origin', 'Referer' or 'Sec-Fetch-Site' tells");
        }
    }

    private void refuse(RefusedException why) {
        if (ended) {
            return;
        }
        send(Frames.error(code(why), null, null, why.sentence()));
        boolean later = why.reason() == Reason.UNAVAILABLE || why.reason() == Reason.LIMITED;
        end(later ? TRY_AGAIN_LATER : POLICY_VIOLATION, later ? "try again later" : "not permitted");
    }

    private static String code(RefusedException why) {
        return switch (why.reason()) {
            case MISSING, INVALID_TOKEN, INVALID_REQUEST -> "unauthorized";
            case INSUFFICIENT -> "forbidden";
            case LIMITED -> "too-many";
            case UNAVAILABLE -> "unavailable";
        };
    }

    private void begin(Publisher known) {
        publisher = known;
        term = Term.of(context, known.caller());
        lane().schedule(this, Term.cut(context, term, beat()));
        SubscribeParameters wanted = initial;
        initial = null;
        if (wanted != null) {
            obey(() -> subscribe("", wanted.selectors(), wanted.mode(), wanted.start(), null));
        }
        List<String> waiting = early;
        early = null;
        if (waiting != null) {
            waiting.forEach(this::onMessage);
        }
    }

    @Override
    public void onMessage(String message) {
        if (ended) {
            return;
        }
        if (early != null) {
            earlyChars += message.length() + CHARS_AROUND_A_MESSAGE;
            if (earlyChars > MOST_EARLY_CHARS) {
                end(TRY_AGAIN_LATER, "too much came before it was known from whom");
            } else {
                early.add(message);
            }
            return;
        }
        obey(() -> {
            switch (Command.read(message, hub.limits())) {
                case Command.Subscribe command -> subscribe(command);
                case Command.Unsubscribe command -> unsubscribe(command);
                case Command.Publish command -> publish(command, message.length());
                case Command.Token command -> renew(command);
                case Command.Ping command -> send(Frames.pong(command.ref()));
            }
        });
        holdIfBusy();
    }

    private void obey(Runnable command) {
        try {
            command.run();
        } catch (RefusedException refused) {
            send(Frames.error(code(refused), null, null, refused.sentence()));
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
        try {
            caller().requireRead();
        } catch (RefusedException refused) {
            throw bad(code(refused), name, ref, refused.sentence());
        }
        Reader reader = new Reader(name, selectors, bytes, ref);
        Selectors grants = caller().permit().subscribe();
        Subscription subscription =
                hub.subscribe(lane().loop(), new Interest(selectors, grants, formats.apply(name), mode), start, reader);
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
        reader.leave();
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
        Event event = command.event();
        try {
            publisher().check(event);
        } catch (RefusedException refused) {
            throw new Command.BadCommandException(code(refused), null, command.ref(), refused.sentence());
        } catch (BadRequestException bad) {
            throw new Command.BadCommandException("invalid", null, command.ref(), bad.sentence());
        }
        IdempotencyKey key = command.key();
        unacknowledged++;
        unacknowledgedChars += chars;
        hub.publish(List.of(key == null ? event : key.on(event, caller().subject())))
                .whenComplete((entries, failure) -> {
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
                    command.ref(), entries.getFirst().id(), publisher().notice(command.event())));
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

    private void renew(Command.Token command) {
        Credentials token = new Credentials(Credentials.Source.HEADER, command.token());
        context.access().decide(token, lane().loop(), new Access.Decision() {
            @Override
            public void permitted(Caller later) {
                if (ended) {
                    return;
                }
                try {
                    renewed(Renewal.renewed(caller(), later), command.ref());
                } catch (RefusedException why) {
                    refused(why);
                }
            }

            @Override
            public void refused(RefusedException why) {
                if (!ended) {
                    send(Frames.error(code(why), null, command.ref(), why.sentence()));
                }
            }
        });
    }

    private void renewed(Caller caller, @Nullable String ref) {
        Selectors before = caller().permit().subscribe();
        publisher = new Publisher(context, caller, publisher().rateName());
        term = Term.of(context, caller);
        lane().cancel(this);
        lane().schedule(this, Term.cut(context, term, beat()));
        Permit permit = caller.permit();
        send(Frames.renewed(ref, permit.expires() ? permit.expiresAtMillis() : -1));
        if (!permit.subscribe().equals(before)) {
            for (Reader reader : List.copyOf(readers.values())) {
                reader.regrant(permit.subscribe());
            }
        }
    }

    private Publisher publisher() {
        return Objects.requireNonNull(publisher);
    }

    private Caller caller() {
        return publisher().caller();
    }

    /** Tells a client whose subscriptions are quiet how far they are. */
    @Override
    protected void onDue() {
        if (Term.isOver(context, term)) {
            send(Frames.error("expired", null, null, "the token expires; come back with another one"));
            end(POLICY_VIOLATION, "the token expires");
            return;
        }
        lane().schedule(this, Term.cut(context, term, beat()));
        if (session().ready() && !readers.isEmpty()) {
            lane().pass();
            for (Reader reader : List.copyOf(readers.values())) {
                reader.announce();
            }
        }
    }

    private long beat() {
        return hub.jitter(context.options().heartbeatSeconds() * 750L);
    }

    @Override
    public void onDrain() {
        if (!ended) {
            send(Frames.drain(hub.jitter(2 * context.options().retryMillis())));
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
        if (member != null) {
            member.leave();
            member = null;
        }
        if (lease != null) {
            lease.close();
        }
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
        private final Selectors selectors;
        private final int selectorBytes;
        /** What the answer to its subscribing refers to. */
        private @Nullable String ref;

        private @Nullable Subscription subscription;
        private boolean open;
        private boolean yielded;
        private long announced;
        /** What others may know of it. */
        private List<LiveSubscription> known = List.of();

        Reader(String name, Selectors selectors, int selectorBytes, @Nullable String ref) {
            this.name = name;
            this.selectors = selectors;
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
            if (open) { // it goes on with other grants
                if (outcome.state() == Notice.State.LOST) {
                    send(Objects.requireNonNull(
                            subscription().interest().format().encode(outcome)));
                }
                return;
            }
            open = true;
            announced = outcome.from().position();
            send(Frames.subscribed(name, outcome, ref));
            ref = null;
            join();
        }

        private void join() {
            Attendance attendance = context.attendance();
            if (attendance != null) {
                Member joining = member != null ? member : attendance.member();
                member = joining;
                known = Attendance.of(joining, selectors, caller());
                joining.join(known);
            }
        }

        void leave() {
            if (member != null && !known.isEmpty()) {
                member.leave(known);
                known = List.of();
            }
        }

        /** Goes on from the same place with other grants. */
        void regrant(Selectors grants) {
            Subscription from = subscription();
            if (!open) { // it has sent nothing yet, and is opened again as it was to be
                from.close();
                remove(name);
                send(Frames.error("unavailable", name, ref, "the token changed meanwhile; subscribe again"));
                return;
            }
            Subscription next = hub.withGrants(lane().loop(), from, grants, this);
            if (next == null) {
                leave();
                remove(name);
                send(Frames.error("overloaded", name, null, Busy.reason(hub) + "; try again later"));
            } else {
                subscription = next;
            }
        }

        @Override
        public void onReady() {
            Subscription from = subscription;
            if (from == null || !open || ended || yielded) {
                return;
            }
            for (int runs = 0; session().ready(); runs++) {
                if (runs == MOST_RUNS) {
                    yieldTurn();
                    break;
                }
                Encoded bytes = from.poll(RUN_BYTES);
                if (bytes == null) {
                    break;
                }
                session().send(bytes);
                announced = Math.max(announced, from.delivered());
            }
        }

        /** Goes on when the others, who want the same bytes, have had their turn. */
        private void yieldTurn() {
            if (!yielded) {
                yielded = true;
                lane().loop().executeLast(() -> {
                    yielded = false;
                    onReady();
                });
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
            leave();
            remove(name);
            if (ended) {
                return;
            }
            send(Frames.error("unavailable", name, ref, "the history cannot be read now; subscribe again later"));
        }
    }
}
