package dev.pharos.protocol.events;

import dev.pharos.auth.Caller;
import dev.pharos.auth.Caps;
import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;
import dev.pharos.http.Headers;
import dev.pharos.http.Response;
import dev.pharos.http.ResponseStream;
import dev.pharos.hub.Hub;
import dev.pharos.hub.Interest;
import dev.pharos.hub.Lane;
import dev.pharos.hub.Notice;
import dev.pharos.hub.Selectors;
import dev.pharos.hub.Start;
import dev.pharos.hub.Subscription;
import dev.pharos.hub.Timed;
import dev.pharos.log.Cursor;
import dev.pharos.presence.Presence.Member;
import dev.pharos.sse.SseEncoder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One event stream: moves bytes from a subscription to a response stream, and beats when there are none.
 *
 * <p>It is at once the listener of both and its own timer, so that an idle stream costs few objects. On the connection's
 * loop only.
 */
final class SseStream extends Timed implements Subscription.Listener, ResponseStream.Listener, Renewals.Renewable {

    static final Headers HEADERS = Headers.of(
            "Content-Type", "text/event-stream", "Cache-Control", "no-store, no-transform", "X-Accel-Buffering", "no");

    private static final int RUN_BYTES = 16 << 10;
    /** What old browsers and proxies want to have seen before they pass anything on: a comment of 2 KB. */
    static final Encoded PADDING = Encoded.of(":" + " ".repeat(2048) + "\n");

    private static final Encoded COMMENT = Encoded.of(SseEncoder.COMMENT_HEARTBEAT);

    private final Context context;
    private final Hub hub;
    private final Lane lane;
    private final SseFormat format;
    private final boolean cursorBlocks;
    private final Caps.@Nullable Lease lease;

    private Caller caller;
    /** When the permit ends, as {@link Term} has it. */
    private long term;
    /** What the reader renews this stream by. */
    private @Nullable String secret;

    private @Nullable Member member;

    /** What is needed until the stream is open, then let go. */
    private @Nullable Opening opening;

    private @Nullable Subscription subscription;
    private @Nullable ResponseStream stream;
    /** The reader's last event id is known to be at or behind this position. */
    private long announced = -1;

    private long lastWrite;
    private boolean ended;

    private record Opening(Visit visit, SubscribeParameters parameters) {}

    SseStream(Context context, Visit visit, SubscribeParameters parameters) {
        this.context = context;
        this.hub = context.hub();
        this.lane = hub.lane(visit.request().loop());
        this.format = new SseFormat(
                parameters.envelope(), parameters.control(), context.options().heartbeatSeconds());
        this.cursorBlocks = parameters.cursorBlocks();
        this.caller = visit.caller();
        this.term = Term.of(context, caller);
        this.lease = visit.lease();
        this.opening = new Opening(visit, parameters);
    }

    void start() {
        Opening wanted = Objects.requireNonNull(opening);
        context.counts().stream(1);
        wanted.visit.reply().onAbort(this::onClose);
        if (ended) {
            return; // the peer had gone already
        }
        SubscribeParameters parameters = wanted.parameters;
        Selectors grants = caller.permit().subscribe();
        Interest interest = new Interest(parameters.selectors(), grants, format, parameters.mode());
        Subscription opened =
                context.counts().haveRoomFor(0) ? hub.subscribe(lane.loop(), interest, parameters.start(), this) : null;
        subscription = opened;
        if (opened == null) {
            refuse();
        } else {
            onReady();
        }
    }

    /** Sends a reader away of whom nobody can tell now who it is. */
    void sendAway() {
        context.counts().stream(1);
        refuse();
    }

    /**
     * Sends the reader away for a while in the only way that a native EventSource survives: 200 and an end. One that came
     * for what is new gets a cursor, so that it misses nothing meanwhile; others come back with what they have.
     */
    private void refuse() {
        Start start = Objects.requireNonNull(opening).parameters.start();
        ResponseStream out = begin(null);
        long retry = hub.jitter(2 * context.options().retryMillis());
        if (cursorBlocks && start.isLive()) {
            out.write(Encoded.of(SseEncoder.cursor(hub.cursor(hub.log().end()).toString(), retry)));
        } else {
            out.write(retry(retry));
        }
        finish(out);
    }

    /** A reconnection time; the blank line that some readers take for an event only where it is known to be harmless. */
    private Encoded retry(long millis) {
        String block = SseEncoder.retry(millis);
        return Encoded.of(cursorBlocks ? block : block.substring(0, block.length() - 1));
    }

    /**
     * Ends the stream: nothing more is written. The subscription stays until the host has told of the close, so that a
     * hub that drains knows when its readers have taken their end.
     */
    private void finish(ResponseStream out) {
        ended = true;
        lane.cancel(this);
        forget();
        out.close();
    }

    /** Nobody finds it any more: not who renews, not who asks who is there. */
    private void forget() {
        if (secret != null) {
            context.renewals().remove(secret);
            secret = null;
        }
        if (member != null) {
            member.leave();
            member = null;
        }
        if (lease != null) {
            lease.close();
        }
    }

    private ResponseStream begin(@Nullable Notice outcome) {
        Opening wanted = Objects.requireNonNull(opening);
        Headers headers = HEADERS.and(wanted.visit.cors());
        if (outcome != null && wanted.parameters.start().cursor() != null) {
            headers = headers.with("Last-Event-ID", startOf(outcome));
        }
        ResponseStream begun = wanted.visit.reply().stream(200, headers, this);
        stream = begun;
        if (wanted.parameters.padding()) {
            begun.write(PADDING);
        }
        return begun;
    }

    private static String startOf(Notice outcome) {
        Cursor from = outcome.from();
        return from.position() == 0 ? Start.EARLIEST : from.toString();
    }

    @Override
    public void onOpen(Notice outcome) {
        if (ended) {
            return;
        }
        if (opening == null) {
            goOn(outcome);
            return;
        }
        ResponseStream out = begin(outcome);
        SubscribeParameters parameters = opening.parameters;
        opening = null;
        announced = outcome.from().position();
        long retry = hub.jitter(context.options().retryMillis());
        out.write(cursorBlocks ? Encoded.of(SseEncoder.cursor(outcome.from().toString(), retry)) : retry(retry));
        if (format.control() || outcome.state() == Notice.State.LOST) {
            out.write(first(outcome));
        }
        lastWrite = hub.scheduler().nanoTime();
        lane.schedule(this, Term.cut(context, term, beat()));
        Attendance attendance = context.attendance();
        if (attendance != null) {
            Member joining = attendance.member();
            member = joining;
            joining.join(Attendance.of(joining, parameters.selectors(), caller));
        }
    }

    private Encoded first(Notice outcome) {
        if (!format.control() || caller.subject() == null) {
            return format.encode(outcome);
        }
        String own = context.renewals().add(this);
        secret = own;
        long expires = caller.permit().expires() ? caller.permit().expiresAtMillis() : -1;
        return format.encode(outcome, own, expires);
    }

    @Override
    public EventLoop loop() {
        return lane.loop();
    }

    @Override
    public Response renew(Caller later) {
        Subscription from = subscription;
        if (ended || from == null || opening != null) {
            return Response.text(404, "there is no such connection here (any more)");
        }
        Caller before = caller;
        Caller renewed = Renewal.renewed(before, later);
        caller = renewed;
        term = Term.of(context, renewed);
        lane.cancel(this);
        lane.schedule(this, Term.cut(context, term, beat()));
        if (!renewed.permit().subscribe().equals(before.permit().subscribe())) {
            regrant(from, renewed.permit().subscribe());
        }
        return Renewal.until(renewed);
    }

    /** Goes on from the same place with other grants. */
    private void regrant(Subscription from, Selectors grants) {
        Subscription next = hub.withGrants(lane.loop(), from, grants, this);
        subscription = next;
        if (next == null) {
            end(":\n");
        } else {
            onReady();
        }
    }

    private void goOn(Notice outcome) {
        ResponseStream out = stream;
        if (out != null && outcome.state() == Notice.State.LOST) {
            out.write(format.encode(outcome));
        }
    }

    @Override
    public void onReady() {
        ResponseStream out = stream;
        Subscription from = subscription;
        if (out == null || from == null || ended) {
            return;
        }
        boolean wrote = false;
        while (out.ready()) {
            Encoded bytes = from.poll(RUN_BYTES);
            if (bytes == null) {
                break;
            }
            out.write(bytes);
            announced = Math.max(announced, from.delivered());
            wrote = true;
        }
        if (wrote) {
            lastWrite = hub.scheduler().nanoTime();
        }
    }

    @Override
    protected void onDue() {
        ResponseStream out = stream;
        Subscription from = subscription;
        if (out == null || from == null || ended) {
            return;
        }
        if (Term.isOver(context, term)) {
            end(": the token expires\n");
            return;
        }
        long silence = (hub.scheduler().nanoTime() - lastWrite) / 1_000_000;
        long beat = beat();
        if (silence + 1_000 < beat) {
            lane.schedule(this, Term.cut(context, term, beat - silence));
            return;
        }
        if (out.ready()) {
            lane.pass();
            long position = from.position();
            if (cursorBlocks && position > announced) {
                announced = position;
                out.write(Encoded.of(SseEncoder.cursor(hub.cursor(position).toString(), -1)));
            } else {
                out.write(COMMENT);
            }
            lastWrite = hub.scheduler().nanoTime();
        }
        lane.schedule(this, Term.cut(context, term, beat));
    }

    /** A time of silence: at most the heartbeat, spread so that streams opened together do not beat together. */
    private long beat() {
        long most = context.options().heartbeatSeconds() * 1_000L;
        return hub.jitter(most * 3 / 4);
    }

    @Override
    public void onDrain() {
        end(":\n");
    }

    @Override
    public void onFailure(RuntimeException cause) {
        end(": the history cannot be read now\n");
    }

    private void end(String comment) {
        ResponseStream out = stream;
        if (ended) {
            return;
        }
        if (out == null) {
            refuse();
            return;
        }
        out.write(Encoded.of(comment));
        out.write(retry(hub.jitter(2 * context.options().retryMillis())));
        finish(out);
    }

    @Override
    public void onClose() {
        ended = true;
        lane.cancel(this);
        forget();
        context.counts().stream(-1);
        Subscription open = subscription;
        if (open != null) {
            open.close();
        }
    }
}
