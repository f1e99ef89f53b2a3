package dev.pharos.protocol.mercure;

import dev.pharos.auth.Caller;
import dev.pharos.auth.Caps;
import dev.pharos.auth.Permit;
import dev.pharos.http.Encoded;
import dev.pharos.http.Headers;
import dev.pharos.http.LastEventId;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.ResponseStream;
import dev.pharos.hub.DeliveryMode;
import dev.pharos.hub.Interest;
import dev.pharos.hub.Notice;
import dev.pharos.hub.Start;
import dev.pharos.presence.Presence;
import dev.pharos.sse.SseEncoder;
import dev.pharos.stream.EventStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The stream of one subscriber. */
final class MercureStream extends EventStream {

    static final Headers HEADERS = Headers.of(
            "Content-Type",
            "text/event-stream",
            "Cache-Control",
            "private, no-cache, no-store, must-revalidate, max-age=0",
            "X-Accel-Buffering",
            "no");

    private static final Encoded COMMENT = Encoded.of(SseEncoder.COMMENT_HEARTBEAT);

    private final MercureProtocol protocol;
    private final Reply reply;
    private final Headers cors;
    private final @Nullable String cursor;
    /** What is needed until the stream is open, then let go. */
    private @Nullable Wish wish;

    private final Permit permit;
    private final Caps.@Nullable Lease lease;
    private final Presence.@Nullable Member member;

    MercureStream(
            MercureProtocol protocol,
            Request request,
            Reply reply,
            Headers cors,
            Wish wish,
            Caller caller,
            Caps.@Nullable Lease lease) {
        super(protocol.hub(), request.loop(), protocol.options().heartbeatSeconds());
        this.protocol = protocol;
        this.reply = reply;
        this.cors = cors;
        this.cursor = wish.cursor();
        this.wish = wish;
        this.permit = caller.permit();
        this.lease = lease;
        ActiveSubscriptions active = protocol.subscriptions();
        this.member = active == null ? null : active.member();
    }

    void start() {
        reply.onAbort(this::onClose);
        int lifetime = protocol.options().lifetimeSeconds();
        endBefore(Math.min(
                protocol.access().remainingMillis(permit),
                lifetime > 0 ? hub().jitter(lifetime * 750L) : Long.MAX_VALUE));
        Interest interest = new Interest(
                Objects.requireNonNull(wish).selectors(), permit.subscribe(), MercureFormat.INSTANCE, DeliveryMode.ALL);
        open(interest, new Start(cursor, 0, false));
    }

    @Override
    protected ResponseStream onBegin(Notice outcome) {
        Headers headers = HEADERS.and(cors);
        if (cursor != null) {
            headers = headers.with(protocol.draft().cursorField(), LastEventId.encoded(beginning(cursor, outcome)));
        }
        ResponseStream stream = reply.stream(200, headers, this);
        stream.write(COMMENT);
        if (member != null) {
            member.join(
                    ActiveSubscriptions.of(member, Objects.requireNonNull(wish).matchers(), permit));
        }
        wish = null;
        return stream;
    }

    /** The id of the event before the first that is sent; an unknown or discarded one is before nothing. */
    private static String beginning(String cursor, Notice outcome) {
        return outcome.state() == Notice.State.RESUMED ? cursor : Start.EARLIEST;
    }

    @Override
    protected Encoded heartbeat() {
        return COMMENT;
    }

    @Override
    protected Encoded farewell(End end) {
        long retry = protocol.options().retryMillis();
        long spread = hub().jitter(end == End.EXPIRED ? retry : 2 * retry);
        return Encoded.of("retry: " + spread + "\n");
    }

    /** A native EventSource survives nothing but 200; a log that cannot be read is another matter. */
    @Override
    protected void onRefused(End end) {
        if (end == End.FAILED) {
            reply.send(protocol.unavailable("the history cannot be read now").with(cors));
            return;
        }
        ResponseStream stream = reply.stream(200, HEADERS.and(cors), this);
        stream.write(farewell(end));
        stream.close();
    }

    @Override
    protected void onEnded() {
        if (member != null) {
            member.leave();
        }
        if (lease != null) {
            lease.close();
        }
    }

    /** The head of the answer alone. */
    static Response head(Headers cors) {
        return Response.empty(200, HEADERS).with(cors);
    }
}
