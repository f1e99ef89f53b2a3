package dev.pharos.protocol.events;

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
import org.jspecify.annotations.Nullable;

/**
 * What a client finds out by within three seconds how the path to the hub treats streams and WebSockets: a short stream whose
 * events come at known times, and a WebSocket that sends back one message. Thread-safe.
 */
final class Probe implements Handler {

    /** When each event of the stream goes out after the one before it. */
    private static final int[] GAPS_MILLIS = {0, 200, 1_200};

    private static final int SOCKET_MILLIS = 5_000;
    private static final int MOST_MESSAGE = 1_024;
    private static final String METHODS = "GET, OPTIONS";

    private final Hub hub;
    private final Origins origins;
    private final TransportCounts counts;

    Probe(Context context) {
        hub = context.hub();
        origins = context.origins();
        counts = context.counts();
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
        Lane lane = hub.lane(request.loop());
        switch (upgrade) {
            case NOT_ASKED -> new Stream(lane).start(reply, cors, padding);
            case READY -> reply.upgrade(new WebSocket.Options("", MOST_MESSAGE, 1, cors), new Socket(lane));
            case UNSUPPORTED -> throw new BadRequestException(501, "this host has no WebSocket");
            case INVALID ->
                throw new BadRequestException("the WebSocket handshake is not as RFC 6455 section 4.1 wants it");
        }
    }

    /** Three events: at once, soon, and after a silence. */
    private final class Stream extends Timed implements ResponseStream.Listener {
        private final Lane lane;
        private @Nullable ResponseStream out;
        private int sent;

        Stream(Lane lane) {
            this.lane = lane;
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
        }
    }

    /** Sends back one message and goes. */
    private final class Socket extends Timed implements WebSocket.Listener {
        private final Lane lane;
        private @Nullable WebSocket socket;

        Socket(Lane lane) {
            this.lane = lane;
        }

        @Override
        public void onOpen(WebSocket opened) {
            socket = opened;
            counts.socket(1);
            lane.schedule(this, SOCKET_MILLIS);
        }

        @Override
        public void onText(String message) {
            if (socket != null) {
                socket.text(Encoded.of(message));
                end();
            }
        }

        @Override
        public void onBinary(ByteBuffer message) {
            end();
        }

        @Override
        protected void onDue() {
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
        }
    }
}
