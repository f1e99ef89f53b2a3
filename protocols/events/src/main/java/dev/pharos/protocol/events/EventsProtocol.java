package dev.pharos.protocol.events;

import dev.pharos.http.BadParameterException;
import dev.pharos.http.Handler;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Reply.UpgradeSupport;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.UploadMemory;
import dev.pharos.hub.Hub;
import dev.pharos.hub.WireFormat;
import dev.pharos.session.Handshake;
import dev.pharos.session.SessionListener;
import dev.pharos.session.Sessions;
import java.util.function.Function;

/**
 * The plain events protocol: publishing and subscribing at one URL, every transport by content negotiation.
 *
 * <p>A {@link Handler} for any host, to be mounted at any path. The wire is documented in {@code docs/http-api.md}.
 */
public final class EventsProtocol implements Handler {

    private static final String METHODS = "GET, HEAD, POST, OPTIONS";

    private final Hub hub;
    private final EventsOptions options;
    private final Origins origins;
    private final TransportCounts counts;
    private final Publishing publishing;
    private final Sockets sockets;
    private final Duplex duplex;

    private EventsProtocol(Hub hub, EventsOptions options, Sessions sessions, UploadMemory memory) {
        this.hub = hub;
        this.options = options;
        this.origins = new Origins(options.allowedOrigins());
        this.counts = new TransportCounts(options.connections());
        this.sockets = new Sockets(hub, options, sessions, counts);
        this.duplex = new Duplex(hub, options, sessions, counts, memory);
        this.publishing = new Publishing(hub, memory);
    }

    /** The protocol over a hub, with the default options. */
    public static EventsProtocol over(Hub hub) {
        return over(hub, EventsOptions.DEFAULT);
    }

    /** The protocol over a hub. */
    public static EventsProtocol over(Hub hub, EventsOptions options) {
        return over(hub, options, sessions(hub, options.connections()));
    }

    /** The protocol over a hub, with sessions that it shares with other protocols. They end when the hub drains. */
    public static EventsProtocol over(Hub hub, EventsOptions options, Sessions sessions) {
        return new EventsProtocol(hub, options, sessions, UploadMemory.ofHeap());
    }

    /** The protocol over a hub, with bounded memory for uploads that go on. */
    static EventsProtocol over(Hub hub, EventsOptions options, UploadMemory memory) {
        return new EventsProtocol(hub, options, sessions(hub, options.connections()), memory);
    }

    /**
     * Sessions for the protocols over a hub, in its time. They end when it drains.
     *
     * @param most how many there may be at a time
     */
    public static Sessions sessions(Hub hub, int most) {
        Sessions sessions =
                Sessions.builder().scheduler(hub.scheduler()).most(most).build();
        hub.whenDraining(sessions::drain);
        return sessions;
    }

    /** What gives each session of another protocol its gateway to this hub, as the WebSockets here have it. */
    public Function<Handshake, SessionListener> gateway() {
        return Gateway.over(hub, options);
    }

    /** The same with events in a form of that protocol's own, by the client's name for a subscription. */
    public Function<Handshake, SessionListener> gateway(Function<String, WireFormat> formats) {
        return Gateway.over(hub, options, formats);
    }

    /** How many connections each transport has now. */
    public TransportCounts counts() {
        return counts;
    }

    @Override
    public void handle(Request request, Reply reply) {
        Headers cors = origins.answer(request);
        try {
            switch (request.method()) {
                case "GET" -> get(request, reply, cors);
                case "HEAD" -> head(request, reply, cors);
                case "POST" -> {
                    refuseForeign(request);
                    if (Duplex.isMeant(request)) {
                        duplex.post(request, reply, cors);
                    } else {
                        publishing.handle(request, reply, cors);
                    }
                }
                case "OPTIONS" ->
                    reply.send(Response.empty(204, origins.preflight(request)).with("Allow", METHODS));
                default ->
                    reply.send(Response.text(
                                    405,
                                    "method " + SubscribeParameters.shown(request.method()) + " is not one of "
                                            + METHODS)
                            .with("Allow", METHODS)
                            .with(cors));
            }
        } catch (BadRequestException bad) {
            reply.send(Response.text(bad.status(), bad.sentence()).with(cors));
        } catch (BadParameterException bad) {
            reply.send(Response.text(400, String.valueOf(bad.getMessage())).with(cors));
        }
    }

    private void get(Request request, Reply reply, Headers cors) {
        if (reply.upgradeSupport() != UpgradeSupport.NOT_ASKED) {
            refuseForeign(request);
            sockets.handle(request, reply, cors);
            return;
        }
        Accept accept = Accept.of(request);
        if (accept == Accept.NEITHER) {
            throw notAcceptable(request);
        }
        if (Duplex.isMeant(request)) {
            refuseForeign(request);
            duplex.get(request, reply, cors, accept);
            return;
        }
        SubscribeParameters parameters = SubscribeParameters.of(request, hub.limits());
        if (accept == Accept.POLL) {
            new LongPoll(hub, request, reply, cors, parameters, counts).start();
        } else {
            new SseStream(hub, options, request, reply, cors, parameters, counts).start();
        }
    }

    private void head(Request request, Reply reply, Headers cors) {
        Accept accept = Accept.of(request);
        if (accept == Accept.NEITHER) {
            throw notAcceptable(request);
        }
        SubscribeParameters.of(request, hub.limits());
        reply.send(Response.empty(200, accept == Accept.POLL ? LongPoll.HEADERS : SseStream.HEADERS)
                .with(cors));
    }

    private static BadRequestException notAcceptable(Request request) {
        return new BadRequestException(
                406,
                "header 'Accept' is " + SubscribeParameters.shown(String.join(", ", request.headers("Accept")))
                        + ", which allows neither text/event-stream nor application/json");
    }

    private void refuseForeign(Request request) {
        if (origins.isForeign(request)) {
            throw new BadRequestException(
                    403,
                    "header 'Origin' is " + SubscribeParameters.shown(String.valueOf(request.header("Origin")))
                            + ", which is not among the allowed origins");
        }
    }
}
