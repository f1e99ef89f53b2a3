package dev.pharos.protocol.events;

import dev.pharos.auth.Access;
import dev.pharos.auth.Caller;
import dev.pharos.auth.Credentials;
import dev.pharos.auth.RefusedException;
import dev.pharos.http.Encoded;
import dev.pharos.http.EventLoop;
import dev.pharos.http.Handler;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Reply.UpgradeSupport;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.Routes;
import dev.pharos.http.UploadMemory;
import dev.pharos.hub.Hub;
import dev.pharos.hub.WireFormat;
import dev.pharos.presence.Presence;
import dev.pharos.session.Handshake;
import dev.pharos.session.SessionListener;
import dev.pharos.session.Sessions;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The plain events protocol: publishing and subscribing at one URL, every transport by content negotiation.
 *
 * <p>A {@link Handler} for any host, to be mounted at any path. The wire is documented in {@code docs/http-api.md}.
 */
public final class EventsProtocol implements Handler {

    private static final String CONNECTION = "/connection";
    private static final String PROBE = "/probe";
    private static final String SUBSCRIPTIONS = "/subscriptions";
    private static final String METHODS = "GET, HEAD, POST, QUERY, OPTIONS";

    private final Hub hub;
    private final Context context;
    private final Origins origins;
    private final Publishing publishing;
    private final Sockets sockets;
    private final Duplex duplex;
    private final Probe probe;

    private EventsProtocol(Builder builder) {
        hub = builder.hub;
        EventsOptions options = builder.options;
        origins = new Origins(options.allowedOrigins());
        Presence presence = builder.presence;
        context = new Context(
                hub,
                options,
                builder.access,
                origins,
                new TransportCounts(options.connections()),
                new Renewals(),
                presence == null ? null : new Attendance(hub, presence, builder.path + SUBSCRIPTIONS));
        Sessions given = builder.sessions;
        Sessions shared = given != null ? given : sessions(hub, options.connections());
        sockets = new Sockets(context, shared);
        duplex = new Duplex(context, shared, builder.memory);
        probe = new Probe(context);
        publishing = new Publishing(context, builder.memory);
    }

    /** Begins to put the protocol over a hub. */
    public static Builder builder(Hub hub) {
        return new Builder(hub);
    }

    /** The protocol over a hub, with the default options. */
    public static EventsProtocol over(Hub hub) {
        return over(hub, EventsOptions.DEFAULT);
    }

    /** The protocol over a hub. */
    public static EventsProtocol over(Hub hub, EventsOptions options) {
        return builder(hub).options(options).build();
    }

    /**
     * Sessions for the protocols over a hub, in its time. They end when it drains.
     *
     * @param most how many there may be at a time
     */
    public static Sessions sessions(Hub hub, int most) {
        Sessions sessions = Sessions.builder()
                .scheduler(hub.scheduler())
                .random(hub.random())
                .most(most)
                .build();
        hub.whenDraining(sessions::drain);
        return sessions;
    }

    /** What gives each session of another protocol its gateway to this hub, as the WebSockets here have it. */
    public Function<Handshake, SessionListener> gateway() {
        return gateway(GatewayFormat::new);
    }

    /**
     * The same with events in a form that the other protocol makes of the messages.
     *
     * @param form a constant: subscribers share bytes of the same form, known by its {@code equals}
     */
    public Function<Handshake, SessionListener> gatewayIn(UnaryOperator<Encoded> form) {
        return gateway(name -> new FormedFormat(new GatewayFormat(name), form));
    }

    /** The same with events in a form of that protocol's own, by the client's name for a subscription. */
    public Function<Handshake, SessionListener> gateway(Function<String, WireFormat> formats) {
        return handshake -> new Gateway(context, null, null, formats);
    }

    /**
     * Finds out who opens a session of another protocol, by the token that its handshake brought; for protocols that have an
     * answer of their own for those who are refused. Called on the session's loop, and may tell before it returns.
     *
     * @throws RefusedException when what should hold a token is malformed, or may not be used here
     */
    public void decide(Handshake handshake, EventLoop loop, Access.Decision decision) {
        SessionDoor.decide(context, handshake, loop, decision);
    }

    /**
     * The gateway of a session of whoever {@link #decide} found, with events in a form of that protocol's own. It takes no
     * place under the caps.
     */
    public SessionListener gateway(Handshake handshake, Caller caller, Function<String, WireFormat> formats) {
        String rateName = context.access().caps().publisher(handshake.remoteAddress(), handshake::headers, caller);
        return new Gateway(context, new Publisher(context, caller, rateName), null, formats);
    }

    /** The {@code code} of an error of {@code pharos.v1} that says this. */
    public static String code(RefusedException why) {
        return Frames.code(why);
    }

    /** How many connections each transport has now. */
    public TransportCounts counts() {
        return context.counts();
    }

    /** Adds the protocol's routes: its URL, and beneath it what is about connections and subscriptions. */
    public Routes.Builder mount(Routes.Builder routes, String path) {
        return routes.at(path, this)
                .at(path + PROBE, probe)
                .at(path + CONNECTION, this::connection)
                .at(path + SUBSCRIPTIONS, this::subscriptions)
                .at(path + SUBSCRIPTIONS + "/*", this::subscriptions);
    }

    @Override
    public void handle(Request request, Reply reply) {
        Headers cors = origins.answer(request);
        Admission.answering(reply, cors, () -> {
            switch (request.method()) {
                case "GET" -> get(request, reply, cors);
                case "HEAD" -> head(request, reply, cors);
                case "QUERY" -> query(request, reply, cors);
                case "POST" -> {
                    refuseForeign(request);
                    if (Duplex.isMeant(request)) {
                        duplex.post(request, reply, cors);
                    } else {
                        publish(request, reply, cors);
                    }
                }
                case "OPTIONS" -> preflight(request, reply, METHODS);
                default -> reply.send(notAllowed(request, METHODS).with(cors));
            }
        });
    }

    private void publish(Request request, Reply reply, Headers cors) {
        admit(request, reply, cors, caller -> {
            context.access().requireOwnPage(request, caller, origins.allowed());
            publishing.handle(request, reply, cors, caller);
        });
    }

    private void admit(Request request, Reply reply, Headers cors, Consumer<Caller> service) {
        Admission.admit(context.access(), request, reply, cors, service, null);
    }

    private void preflight(Request request, Reply reply, String methods) {
        reply.send(Response.empty(204, origins.preflight(request)).with("Allow", methods));
    }

    private static Response notAllowed(Request request, String methods) {
        String sentence = "method " + SubscribeParameters.shown(request.method()) + " is not one of " + methods;
        return Response.text(405, sentence).with("Allow", methods);
    }

    /** Renews a connection. */
    private void connection(Request request, Reply reply) {
        Headers cors = origins.answer(request);
        Admission.answering(reply, cors, () -> {
            switch (request.method()) {
                case "POST" -> {
                    refuseForeign(request);
                    admit(request, reply, cors, caller -> {
                        context.access().requireOwnPage(request, caller, origins.allowed());
                        new Renewal(context, new Visit(request, reply, cors, caller, null)).start();
                    });
                }
                case "OPTIONS" -> preflight(request, reply, "POST, OPTIONS");
                default -> reply.send(notAllowed(request, "POST, OPTIONS").with(cors));
            }
        });
    }

    /** Tells who reads what. */
    private void subscriptions(Request request, Reply reply) {
        Headers cors = origins.answer(request);
        Admission.answering(reply, cors, () -> {
            Attendance attendance = context.attendance();
            if (attendance == null) {
                throw new BadRequestException(404, "this hub does not tell who reads what");
            }
            switch (request.method()) {
                case "GET", "HEAD" ->
                    admit(
                            request,
                            reply,
                            cors,
                            caller -> reply.send(
                                    attendance.document(request, caller).with(cors)));
                case "OPTIONS" -> preflight(request, reply, "GET, HEAD, OPTIONS");
                default -> reply.send(notAllowed(request, "GET, HEAD, OPTIONS").with(cors));
            }
        });
    }

    private void get(Request request, Reply reply, Headers cors) {
        if (reply.upgradeSupport() != UpgradeSupport.NOT_ASKED) {
            refuseForeign(request);
            sockets.handle(request, reply, cors);
            return;
        }
        Accept accept = accept(request);
        if (Duplex.isMeant(request)) {
            refuseForeign(request);
            duplex.get(request, reply, cors, accept);
            return;
        }
        SubscribeParameters parameters = SubscribeParameters.of(request, hub.limits());
        if (parameters.jsonp() != null) {
            refuseScript(request, false);
            read(request, reply, cors, Accept.POLL, parameters);
        } else {
            read(request, reply, cors, accept, parameters);
        }
    }

    private void refuseScript(Request request, boolean withCookie) {
        if (!origins.allowScript(request, withCookie)) {
            throw new BadRequestException(
                    403,
                    "parameter 'callback' is for pages that may read this hub, by their 'Sec-Fetch-Site' or 'Referer';"
                            + " this one may not, or does not say where it is from");
        }
    }

    private void read(Request request, Reply reply, Headers cors, Accept accept, SubscribeParameters parameters) {
        Consumer<Caller> service = caller -> {
            caller.requireRead();
            if (parameters.jsonp() != null && caller.source() == Credentials.Source.COOKIE) {
                refuseScript(request, true);
            }
            serve(request, reply, cors, accept, parameters, caller);
        };
        // A native EventSource would give up for good on any status but 200, and this is not its fault.
        Consumer<RefusedException> later = accept == Accept.POLL
                ? null
                : why -> new SseStream(context, new Visit(request, reply, cors, Caller.OPEN, null), parameters)
                        .sendAway();
        Admission.admit(context.access(), request, reply, cors, service, later);
    }

    private void serve(
            Request request, Reply reply, Headers cors, Accept accept, SubscribeParameters parameters, Caller caller) {
        Visit visit =
                new Visit(request, reply, cors, caller, context.access().caps().enter(request, caller));
        if (accept == Accept.POLL) {
            new LongPoll(context, visit, parameters).start();
        } else {
            new SseStream(context, visit, parameters).start();
        }
    }

    private void query(Request request, Reply reply, Headers cors) {
        Accept accept = accept(request);
        admit(request, reply, cors, caller -> {
            caller.requireRead();
            new Query(hub, publishing.memory(), request, reply, cors, body -> {
                        context.access().requireUnexpired(caller);
                        SubscribeParameters wish = SubscribeParameters.of(request, body, hub.limits());
                        serve(request, reply, cors, accept, wish, caller);
                    })
                    .start();
        });
    }

    private void head(Request request, Reply reply, Headers cors) {
        Accept accept = accept(request);
        SubscribeParameters.of(request, hub.limits());
        admit(request, reply, cors, caller -> {
            caller.requireRead();
            reply.send(Response.empty(200, accept == Accept.POLL ? LongPoll.HEADERS : SseStream.HEADERS)
                    .with(cors));
        });
    }

    private static Accept accept(Request request) {
        Accept accept = Accept.of(request);
        if (accept == Accept.NEITHER) {
            throw new BadRequestException(
                    406,
                    "header 'Accept' is " + SubscribeParameters.shown(String.join(", ", request.headers("Accept")))
                            + ", which allows neither text/event-stream nor application/json");
        }
        return accept;
    }

    private void refuseForeign(Request request) {
        String origin = request.header("Origin");
        if (origins.isForeign(request)
                && (origin == null || !context.access().publishOrigins().allows(origin))) {
            throw new BadRequestException(
                    403,
                    "header 'Origin' is " + SubscribeParameters.shown(String.valueOf(request.header("Origin")))
                            + ", which is not among the allowed origins");
        }
    }

    /** Collects what the protocol is made of. Not thread-safe. */
    public static final class Builder {

        private final Hub hub;
        private EventsOptions options = EventsOptions.DEFAULT;
        private Access access = Access.OPEN;
        private @Nullable Sessions sessions;
        private @Nullable Presence presence;
        private UploadMemory memory = UploadMemory.ofHeap();
        private String path = "/events";

        private Builder(Hub hub) {
            this.hub = hub;
        }

        /** What an operator may choose. */
        public Builder options(EventsOptions value) {
            options = value;
            return this;
        }

        /** Who may do what; open to everybody if not set. */
        public Builder access(Access value) {
            access = value;
            return this;
        }

        /** Sessions that it shares with other protocols; they end when the hub drains. */
        public Builder sessions(Sessions value) {
            sessions = value;
            return this;
        }

        /** Where readers are entered, so that others may know who reads what; if not set, nobody may. */
        public Builder presence(Presence value) {
            presence = value;
            return this;
        }

        /** Bounded memory for uploads that go on, shared with other protocols. */
        public Builder uploads(UploadMemory value) {
            memory = value;
            return this;
        }

        /** Where it will be mounted; the topics of presence begin so. */
        public Builder path(String value) {
            path = value;
            return this;
        }

        /** The protocol. */
        public EventsProtocol build() {
            return new EventsProtocol(this);
        }
    }
}
