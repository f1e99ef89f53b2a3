package dev.pharos.protocol.events;

import dev.pharos.http.Encoded;
import dev.pharos.http.Headers;
import dev.pharos.http.Parameters;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.UploadMemory;
import dev.pharos.session.DuplexStreams;
import dev.pharos.session.SessionOptions;
import dev.pharos.session.Sessions;
import dev.pharos.sse.SseEncoder;

/** Sessions with a {@link Gateway} over an event stream from the hub and requests to it. */
final class Duplex {

    private static final int MORE_THAN_AN_EVENT = 16 << 10;

    private static final Encoded COMMENT = Encoded.of(SseEncoder.COMMENT_HEARTBEAT);

    private final Context context;
    private final DuplexStreams streams;

    Duplex(Context context, Sessions sessions, UploadMemory memory) {
        this.context = context;
        EventsOptions options = context.options();
        this.streams = new DuplexStreams(
                sessions,
                SessionOptions.DEFAULT.withHeartbeatMillis(options.heartbeatSeconds() * 1_000L),
                context.hub().limits().eventBytes() + MORE_THAN_AN_EVENT,
                options.retryMillis(),
                memory);
        context.counts().sessions(streams::size);
    }

    /** Whether a request is about a session. */
    static boolean isMeant(Request request) {
        String query = request.query();
        return query != null
                && query.contains("session=")
                && Parameters.ofQuery(query, SubscribeParameters.MOST_PARAMETERS)
                        .has("session");
    }

    void get(Request request, Reply reply, Headers cors, Accept accept) {
        if (accept == Accept.POLL) {
            throw new BadRequestException(406, "a session is an event stream: let 'Accept' be text/event-stream");
        }
        Parameters query = Parameters.ofQuery(request.query(), SubscribeParameters.MOST_PARAMETERS);
        SubscribeParameters initial = query.has("topic")
                ? SubscribeParameters.of(request, context.hub().limits())
                : null;
        Encoded preamble = SubscribeParameters.padding(query) ? SseStream.PADDING : COMMENT;
        streams.get(request, reply, cors, preamble, handshake -> new Gateway(context, null, initial));
    }

    void post(Request request, Reply reply, Headers cors) {
        streams.post(request, reply, cors);
    }
}
