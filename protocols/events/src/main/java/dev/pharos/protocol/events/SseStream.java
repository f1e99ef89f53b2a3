package dev.pharos.protocol.events;

import dev.pharos.auth.Caller;
import dev.pharos.auth.Caps;
import dev.pharos.http.Encoded;
import dev.pharos.http.Headers;
import dev.pharos.http.Response;
import dev.pharos.http.ResponseStream;
import dev.pharos.hub.Interest;
import dev.pharos.hub.Notice;
import dev.pharos.hub.Selectors;
import dev.pharos.hub.Start;
import dev.pharos.log.Cursor;
import dev.pharos.presence.Presence.Member;
import dev.pharos.sse.SseEncoder;
import dev.pharos.stream.EventStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The event stream of one reader: its head, its first bytes, its heartbeats and its end, and the renewing of its token.
 *
 * <p>On the connection's loop only.
 */
final class SseStream extends EventStream implements Renewals.Renewable {

    static final Headers HEADERS = Headers.of(
            "Content-Type", "text/event-stream", "Cache-Control", "no-store, no-transform", "X-Accel-Buffering", "no");

    /** What old browsers and proxies want to have seen before they pass anything on: a comment of 2 KB. */
    static final Encoded PADDING = Encoded.of(":" + " ".repeat(2048) + "\n");

    private static final Encoded COMMENT = Encoded.of(SseEncoder.COMMENT_HEARTBEAT);

    private final Context context;
    private final SseFormat format;
    private final boolean cursorBlocks;
    private final Caps.@Nullable Lease lease;

    private Caller caller;
    /** What the reader renews this stream by. */
    private @Nullable String secret;

    private @Nullable Member member;

    /** What is needed until the stream is open, then let go. */
    private @Nullable Opening opening;

    /** The reader's last event id is known to be at or behind this position. */
    private long announced = -1;

    private record Opening(Visit visit, SubscribeParameters parameters) {}

    SseStream(Context context, Visit visit, SubscribeParameters parameters) {
        super(context.hub(), visit.request().loop(), context.options().heartbeatSeconds());
        this.context = context;
        this.format = new SseFormat(
                parameters.envelope(), parameters.control(), context.options().heartbeatSeconds());
        this.cursorBlocks = parameters.cursorBlocks();
        this.caller = visit.caller();
        this.lease = visit.lease();
        this.opening = new Opening(visit, parameters);
    }

    void start() {
        Opening wanted = opening();
        context.counts().stream(1);
        wanted.visit.reply().onAbort(this::onClose);
        endWithPermit();
        SubscribeParameters parameters = wanted.parameters;
        if (context.counts().haveRoomFor(0)) {
            Selectors grants = caller.permit().subscribe();
            open(new Interest(parameters.selectors(), grants, format, parameters.mode()), parameters.start());
        } else {
            end(End.FULL);
        }
    }

    /** Sends a reader away of whom nobody can tell now who it is. */
    void sendAway() {
        context.counts().stream(1);
        end(End.FAILED);
    }

    private void endWithPermit() {
        endBefore(context.access().remainingMillis(caller.permit()));
    }

    private Opening opening() {
        return Objects.requireNonNull(opening);
    }

    @Override
    protected ResponseStream onBegin(Notice outcome) {
        ResponseStream out = begin(outcome);
        SubscribeParameters parameters = opening().parameters;
        opening = null;
        announced = outcome.from().position();
        long retry = hub().jitter(context.options().retryMillis());
        out.write(Encoded.of(cursorBlocks ? SseEncoder.cursor(outcome.from().toString(), retry) : retry(retry)));
        if (format.control() || outcome.state() == Notice.State.LOST) {
            out.write(first(outcome));
        }
        Attendance attendance = context.attendance();
        if (attendance != null) {
            Member joining = attendance.member();
            member = joining;
            joining.join(Attendance.of(joining, parameters.selectors(), caller));
        }
        return out;
    }

    private ResponseStream begin(@Nullable Notice outcome) {
        Opening wanted = opening();
        Headers headers = HEADERS.and(wanted.visit.cors());
        if (outcome != null && wanted.parameters.start().cursor() != null) {
            headers = headers.with("Last-Event-ID", startOf(outcome));
        }
        ResponseStream begun = wanted.visit.reply().stream(200, headers, this);
        if (wanted.parameters.padding()) {
            begun.write(PADDING);
        }
        return begun;
    }

    private static String startOf(Notice outcome) {
        Cursor from = outcome.from();
        return from.position() == 0 ? Start.EARLIEST : from.toString();
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
    protected Encoded heartbeat() {
        long position = position();
        announced = Math.max(announced, delivered());
        if (!cursorBlocks || position <= announced) {
            return COMMENT;
        }
        announced = position;
        return Encoded.of(SseEncoder.cursor(hub().cursor(position).toString(), -1));
    }

    @Override
    public Response renew(Caller later) {
        if (!isOpen()) {
            return Response.text(404, "there is no such connection here (any more)");
        }
        Selectors before = caller.permit().subscribe();
        caller = Renewal.renewed(caller, later);
        endWithPermit();
        if (!caller.permit().subscribe().equals(before)) {
            announced = Math.max(announced, delivered());
            regrant(caller.permit().subscribe());
        }
        return Renewal.until(caller);
    }

    @Override
    protected void onRegranted(Notice outcome, ResponseStream stream) {
        if (outcome.state() == Notice.State.LOST) {
            stream.write(format.encode(outcome));
        }
    }

    @Override
    protected Encoded farewell(End end) {
        String comment = switch (end) {
            case FULL, DRAINING -> ":\n";
            case EXPIRED -> ": the token expires\n";
            case FAILED -> ": the history cannot be read now\n";
        };
        return Encoded.of(comment + retry(hub().jitter(2 * context.options().retryMillis())));
    }

    /** A reconnection time; the blank line that some readers take for an event only where it is known to be harmless. */
    private String retry(long millis) {
        String block = SseEncoder.retry(millis);
        return cursorBlocks ? block : block.substring(0, block.length() - 1);
    }

    /**
     * Sends the reader away for a while in the only way that a native EventSource survives: 200 and an end. One that came
     * for what is new gets a cursor, so that it misses nothing meanwhile; others come back with what they have.
     */
    @Override
    protected void onRefused(End end) {
        Start start = opening().parameters.start();
        ResponseStream out = begin(null);
        long retry = hub().jitter(2 * context.options().retryMillis());
        boolean fromNow = cursorBlocks && start.isLive();
        out.write(Encoded.of(
                fromNow ? SseEncoder.cursor(hub().cursor(hub().log().end()).toString(), retry) : retry(retry)));
        out.close();
    }

    /** Nobody finds it any more: not who renews, not who asks who is there. */
    @Override
    protected void onEnded() {
        context.counts().stream(-1);
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
}
