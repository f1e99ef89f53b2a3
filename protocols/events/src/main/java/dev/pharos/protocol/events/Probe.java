package dev.pharos.protocol.events;

import dev.pharos.auth.Caller;
import dev.pharos.auth.Caps;
import dev.pharos.auth.RefusedException;
import dev.pharos.http.Encoded;
import dev.pharos.http.Handler;
import dev.pharos.http.Headers;
import dev.pharos.http.Parameters;
import dev.pharos.http.Reply;
import dev.pharos.http.Reply.UpgradeSupport;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.ResponseStream;
import dev.pharos.http.WebSocket;
import dev.pharos.hub.Hub;
import dev.pharos.hub.Lane;
import dev.pharos.hub.Timed;
import dev.pharos.sse.SseEncoder;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a client finds out by within three seconds how the path to the hub treats streams and WebSockets: a short stream whose
 * events come at known times, and a WebSocket that sends a message back twice, with a silence in between. Thread-safe.
 *
 * <p>It asks for no token, since a client chooses its transport before it shows one, and tells of no event. So it is bounded: a
 * probe is a connection of its address, and all together are a small part of the connections that the hub takes.
 */
final class Probe implements Handler {

    /** When each event of the stream goes out after the one before it. */
    private static final int[] GAPS_MILLIS = {0, 200, 1_200};

    /** How long a WebSocket may keep its message to itself, and how long the silence is behind it. */
    private static final int SOCKET_MILLIS = 5_000;

    private static final int SILENCE_MILLIS = 1_200;
    /** Of so many connections one may be a probe, and so many in any case. */
    private static final int SHARE = 16;

    private static final int LEAST = 8;
    private static final int MOST_MESSAGE = 1_024;
    private static final String METHODS = "GET, OPTIONS";

    private final Hub hub;
    private final Origins origins;
    private final TransportCounts counts;
    private final Caps caps;
    private final AtomicInteger running = new AtomicInteger();

    Probe(Context context) {
        hub = context.hub();
        origins = context.origins();
        counts = context.counts();
        caps = context.access().caps();
    }

    /** How many there may be at a time. */
    int most() {
        return Math.min(counts.most(), Math.max(LEAST, counts.most() / SHARE));
    }

    @Override
    public void handle(Request request, Reply reply) {
        Headers cors = origins.answer(request);
        Admission.answering(reply, cors, () -> {
            switch (request.method()) {
                case "GET" -> get(request, reply, cors);
                case "OPTIONS" ->
                    reply.send(Response.empty(204, origins.preflight(request)).with("Allow", METHODS));
                default ->
                    reply.send(Response.text(405, "the method is not one of " + METHODS)
                            .with("Allow", METHODS)
                            .with(cors));
            }
        });
    }

    private void get(Request request, Reply reply, Headers cors) {
        UpgradeSupport upgrade = reply.upgradeSupport();
        boolean padding =
                SubscribeParameters.padding(Parameters.ofQuery(request.query(), SubscribeParameters.MOST_PARAMETERS));
        if (origins.isForeign(request)) {
            throw new BadRequestException(403, "this page's origin is not among the allowed origins");
        }
        if (hub.isFull() || !counts.haveRoomFor(1)) {
            reply.send(Busy.answer(hub, Busy.reason(hub, counts)).with(cors));
            return;
        }
        switch (upgrade) {
            case NOT_ASKED, READY -> {}
            case UNSUPPORTED -> throw new BadRequestException(501, "this host has no WebSocket");
            case INVALID ->
                throw new BadRequestException("the WebSocket handshake is not as RFC 6455 section 4.1 wants it");
        }
        Runnable leave = place(request);
        if (leave == null) {
            reply.send(Busy.answer(hub, "the hub has as many probes as it takes, " + most())
                    .with(cors));
            return;
        }
        Lane lane = hub.lane(request.loop());
        if (upgrade == UpgradeSupport.READY) {
            reply.upgrade(new WebSocket.Options("", MOST_MESSAGE, 1, cors), new Socket(lane, leave));
        } else {
            new Stream(lane, leave).start(reply, cors, padding);
        }
    }

    /** Takes a place for a connection, to be given back; null when there is none. */
    private @Nullable Runnable place(Request request) {
        if (running.incrementAndGet() > most()) {
            running.decrementAndGet();
            return null;
        }
        Caps.Lease lease;
        try {
            lease = caps.enter(request, Caller.OPEN);
        } catch (RefusedException full) {
            running.decrementAndGet();
            throw full;
        }
        return () -> {
            running.decrementAndGet();
            if (lease != null) {
                lease.close();
            }
        };
    }

    /** Three events: at once, soon, and after a silence. */
    private final class Stream extends Timed implements ResponseStream.Listener {
        private final Lane lane;
        private final Runnable leave;
        private @Nullable ResponseStream out;
        private int sent;

        Stream(Lane lane, Runnable leave) {
            this.lane = lane;
            this.leave = leave;
        }

        void start(Reply reply, Headers cors, boolean padding) {
            counts.stream(1);
            ResponseStream begun = reply.stream(200, SseStream.HEADERS.and(cors), this);
            out = begun;
            if (padding) {
                begun.write(SseStream.PADDING);
            }
            onDue();
        }

        @Override
        protected void onDue() {
            ResponseStream to = out;
            if (to == null) {
                return;
            }
            to.write(Encoded.of(SseEncoder.event(null, -1, null, Integer.toString(sent))));
            sent++;
            if (sent == GAPS_MILLIS.length) {
                to.close();
            } else {
                lane.schedule(this, GAPS_MILLIS[sent]);
            }
        }

        @Override
        public void onReady() {}

        @Override
        public void onClose() {
            out = null;
            lane.cancel(this);
            counts.stream(-1);
            leave.run();
        }
    }

    /** Sends one message back, and after a silence again; then it goes. */
    private final class Socket extends Timed implements WebSocket.Listener {
        private final Lane lane;
        private final Runnable leave;
        private @Nullable WebSocket socket;
        private @Nullable Encoded word;

        Socket(Lane lane, Runnable leave) {
            this.lane = lane;
            this.leave = leave;
        }

        @Override
        public void onOpen(WebSocket opened) {
            socket = opened;
            counts.socket(1);
            lane.schedule(this, SOCKET_MILLIS);
        }

        @Override
        public void onText(String message) {
            if (socket != null && word == null) {
                word = Encoded.of(message);
                socket.text(word);
                lane.cancel(this);
                lane.schedule(this, SILENCE_MILLIS);
            }
        }

        @Override
        public void onBinary(ByteBuffer message) {
            end();
        }

        @Override
        protected void onDue() {
            if (socket != null && word != null) {
                socket.text(word);
            }
            end();
        }

        private void end() {
            lane.cancel(this);
            if (socket != null) {
                socket.close(1000, "that was all");
                socket = null;
            }
        }

        @Override
        public void onReady() {}

        @Override
        public void onClose(int code, String reason) {
            lane.cancel(this);
            socket = null;
            counts.socket(-1);
            leave.run();
        }
    }
}
