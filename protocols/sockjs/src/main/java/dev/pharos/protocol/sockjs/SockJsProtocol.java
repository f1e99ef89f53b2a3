package dev.pharos.protocol.sockjs;

import dev.pharos.http.BadParameterException;
import dev.pharos.http.Handler;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.UploadMemory;
import dev.pharos.http.WebSocket;
import dev.pharos.protocol.sockjs.SockJsSession.Kind;
import dev.pharos.session.HandOver;
import dev.pharos.session.Handshake;
import dev.pharos.session.PlainSocket;
import dev.pharos.session.SessionListener;
import dev.pharos.session.SessionTable;
import dev.pharos.session.Sessions;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A SockJS endpoint: gives each client a session, over whatever transport it chooses. Thread-safe.
 *
 * <p>A {@link Handler} for any host, to be routed to at its path and at everything below it. The wire is that of the SockJS
 * protocol 0.3.
 */
public final class SockJsProtocol implements Handler {

    private static final int MOST_FRAGMENTS = 1024;
    private static final String TEXT = "text/plain; charset=UTF-8";
    private static final String SCRIPT = "application/javascript; charset=UTF-8";

    private final String path;
    private final Sessions sessions;
    private final SessionTable<SockJsSession> table;
    private final SockJsOptions options;
    private final Function<Handshake, SessionListener> listeners;
    /** Of sessions without frames. */
    private final Function<Handshake, SessionListener> rawListeners;

    private final Fields fields;
    private final Pages pages;
    private final UploadMemory memory = UploadMemory.ofHeap();
    private final SockJsCounts counts = new SockJsCounts();

    private SockJsProtocol(
            String path,
            Sessions sessions,
            SockJsOptions options,
            Function<Handshake, SessionListener> listeners,
            Function<Handshake, SessionListener> rawListeners,
            InstantSource clock,
            RandomGenerator entropy) {
        if (!path.startsWith("/") || path.endsWith("/")) {
            throw new IllegalArgumentException("a path begins with '/' and does not end with it, got '" + path + "'");
        }
        this.path = path;
        this.sessions = sessions;
        this.table = sessions.table();
        this.options = options;
        this.listeners = listeners;
        this.rawListeners = rawListeners;
        this.fields = new Fields(options, clock);
        this.pages = new Pages(options, fields, entropy);
    }

    /**
     * An endpoint.
     *
     * @param path where it is, such as {@code /sockjs}
     * @param listeners makes the listener of a session that is to be opened
     */
    public static SockJsProtocol at(
            String path, Sessions sessions, SockJsOptions options, Function<Handshake, SessionListener> listeners) {
        return at(path, sessions, options, listeners, listeners);
    }

    /**
     * An endpoint whose sessions may be sent {@link SockJsMessages}.
     *
     * @param rawListeners the same for the sessions at {@code /websocket}, which have no frames: they are sent messages as they
     *     are only
     */
    public static SockJsProtocol at(
            String path,
            Sessions sessions,
            SockJsOptions options,
            Function<Handshake, SessionListener> listeners,
            Function<Handshake, SessionListener> rawListeners) {
        return new SockJsProtocol(
                path, sessions, options, listeners, rawListeners, InstantSource.system(), new SecureRandom());
    }

    /** The same with a clock, and a thread-safe source of numbers that nobody can guess. */
    static SockJsProtocol at(
            String path,
            Sessions sessions,
            SockJsOptions options,
            Function<Handshake, SessionListener> listeners,
            InstantSource clock,
            RandomGenerator entropy) {
        return new SockJsProtocol(path, sessions, options, listeners, listeners, clock, entropy);
    }

    /** How many sessions there are now. */
    public SockJsCounts counts() {
        return counts;
    }

    /** The number of sessions that can be found by an id, also of those that have ended. */
    int known() {
        return table.size();
    }

    @Override
    public void handle(Request request, Reply reply) {
        String asked = request.path();
        Place place = asked.startsWith(path) ? Place.of(asked.substring(path.length())) : new Place.Nowhere();
        switch (place) {
            case Place.Greeting greeting -> page(request, reply, pages.greeting());
            case Place.Iframe iframe -> page(request, reply, pages.iframe(request));
            case Place.Inquiry inquiry -> {
                if (isAllowed(request, reply, "GET")) {
                    reply.send(pages.info(request, options.webSocket() && reply.speaksWebSocket()));
                }
            }
            case Place.RawWebSocket raw -> {
                if (options.webSocket()) {
                    webSocket(request, reply, Kind.RAW_SOCKET);
                } else {
                    reply.send(nothing());
                }
            }
            case Place.OfSession named -> {
                if (named.transport() != Transport.WEBSOCKET) {
                    ofSession(request, reply, named);
                } else if (options.webSocket()) {
                    webSocket(request, reply, Kind.SOCKET);
                } else {
                    reply.send(nothing());
                }
            }
            case Place.Nowhere nowhere -> reply.send(nothing());
        }
    }

    private static Response nothing() {
        return Response.text(404, "there is nothing of SockJS at this path");
    }

    /** What a request for a session that is not there is told. */
    static Response noSession(Headers headers) {
        return new Response(404, headers, "there is no such session\n".getBytes(StandardCharsets.US_ASCII));
    }

    private static void page(Request request, Reply reply, Response page) {
        switch (request.method()) {
            case "GET", "HEAD" -> reply.send(page);
            default -> reply.send(Response.empty(405, Headers.of("Allow", "GET, HEAD")));
        }
    }

    /** Answers what is not to be obeyed: preflights, other methods, and pages of foreign sites. */
    private boolean isAllowed(Request request, Reply reply, String method) {
        if (fields.isForeign(request)) {
            reply.send(Response.text(403, "header 'Origin' is not among the allowed origins"));
        } else if (request.method().equals("OPTIONS")) {
            reply.send(Response.empty(204, fields.preflight(request, "OPTIONS, " + method)));
        } else if (!request.method().equals(method)) {
            reply.send(Response.empty(405, Headers.of("Allow", "OPTIONS, " + method)));
        } else {
            return true;
        }
        return false;
    }

    private void webSocket(Request request, Reply reply, Kind kind) {
        if (!request.method().equals("GET")) {
            reply.send(Response.empty(405, Headers.of("Allow", "GET")));
            return;
        }
        if (fields.isForeign(request)) {
            reply.send(Response.text(403, "header 'Origin' is not among the allowed origins"));
            return;
        }
        switch (reply.upgradeSupport()) {
            case NOT_ASKED -> reply.send(Response.text(400, "Can \"Upgrade\" only to \"WebSocket\"."));
            case INVALID ->
                reply.send(Response.text(400, "Not a valid websocket request").with("Sec-WebSocket-Version", "13"));
            case UNSUPPORTED -> reply.send(Response.text(501, "this host has no WebSocket"));
            case READY -> {
                SockJsSession session = sessions.add(() -> session(kind, request, sessions.newId()));
                if (session == null) {
                    reply.send(full(Headers.of("Content-Type", TEXT)));
                } else {
                    reply.upgrade(
                            new WebSocket.Options("", options.messageBytes(), MOST_FRAGMENTS, Headers.NONE),
                            kind == Kind.SOCKET
                                    ? new SocketReceiver(session.counted())
                                    : new PlainSocket(session.counted()));
                }
            }
        }
    }

    private void ofSession(Request request, Reply reply, Place.OfSession place) {
        Transport transport = place.transport();
        if (!isAllowed(request, reply, transport.method())) {
            return;
        }
        String id = place.id();
        switch (transport) {
            case XHR -> poll(request, reply, id, Framing.LINE, fields.ofSession(request, SCRIPT));
            case XHR_STREAMING -> stream(request, reply, id, Streaming.XHR);
            case EVENT_SOURCE -> stream(request, reply, id, Streaming.EVENT_SOURCE);
            case HTML_FILE, JSONP -> withCallback(request, reply, id, transport);
            case XHR_SEND, JSONP_SEND -> upload(request, reply, id, transport);
            case WEBSOCKET -> throw new IllegalStateException("WebSockets are answered elsewhere");
        }
    }

    private void withCallback(Request request, Reply reply, String id, Transport transport) {
        String callback;
        try {
            callback = Callback.of(request);
        } catch (BadParameterException bad) {
            byte[] sentence = (bad.getMessage() + "\n").getBytes(StandardCharsets.UTF_8);
            reply.send(new Response(500, fields.fresh(request, TEXT), sentence));
            return;
        }
        if (transport == Transport.JSONP) {
            poll(request, reply, id, Framing.call(callback), fields.ofScript(request, SCRIPT));
        } else {
            Streaming html = Streaming.htmlFile(callback);
            stream(request, reply, id, html, fields.ofScript(request, html.contentType()));
        }
    }

    private void poll(Request request, Reply reply, String id, Framing framing, Headers headers) {
        SockJsSession known = table.find(id);
        if (known == null) {
            SockJsSession opened = open(Kind.POLL, request, id);
            if (opened != null) {
                new Poll(opened, reply, framing, headers, options.responseLimit()).open();
                return;
            }
            known = table.find(id); // another request may have been faster
        }
        if (known == null) {
            reply.send(full(headers));
            return;
        }
        SockJsSession session = known;
        Reply here = HandOver.of(request, reply, session.loop());
        session.execute(() -> new Poll(session, here, framing, headers, options.responseLimit()).join());
    }

    private void stream(Request request, Reply reply, String id, Streaming transport) {
        stream(request, reply, id, transport, fields.ofSession(request, transport.contentType()));
    }

    private void stream(Request request, Reply reply, String id, Streaming transport, Headers headers) {
        SockJsSession known = table.find(id);
        if (known == null) {
            SockJsSession opened = open(Kind.STREAM, request, id);
            if (opened != null) {
                StreamReceiver receiver = new StreamReceiver(opened, transport, options.responseLimit());
                receiver.begin(reply, headers);
                receiver.open();
                return;
            }
            known = table.find(id); // another request may have been faster
        }
        if (known == null) {
            reply.send(full(headers));
            return;
        }
        SockJsSession session = known;
        Reply here = HandOver.of(request, reply, session.loop());
        session.execute(() -> {
            StreamReceiver receiver = new StreamReceiver(session, transport, options.responseLimit());
            receiver.begin(here, headers);
            receiver.join();
        });
    }

    private void upload(Request request, Reply reply, String id, Transport transport) {
        Headers headers = fields.ofSession(request, TEXT);
        SockJsSession known = table.find(id);
        if (known == null) {
            reply.send(noSession(headers));
        } else if (transport == Transport.XHR_SEND) {
            MessageUpload.ofXhr(known, request, reply, headers, options.messageBytes(), memory)
                    .start();
        } else {
            MessageUpload.ofJsonp(known, request, reply, headers, options.messageBytes(), memory)
                    .start();
        }
    }

    private @Nullable SockJsSession open(Kind kind, Request request, String id) {
        SockJsSession session = table.add(id, () -> session(kind, request, id));
        return session == null ? null : session.counted();
    }

    private SockJsSession session(Kind kind, Request request, String id) {
        Handshake told = Handshake.of(request);
        // Where any site may put the frame page into one of its own, requests from there are those of a page of our
        // own.
        Handshake handshake = fields.mayAnySite() ? told.withoutCookies() : told;
        SessionListener listener = (kind == Kind.RAW_SOCKET ? rawListeners : listeners).apply(handshake);
        return new SockJsSession(kind, sessions, id, request, handshake, options.session(), listener, counts);
    }

    private static Response full(Headers headers) {
        byte[] sentence =
                "there are as many sessions as may be, or the server is stopping\n".getBytes(StandardCharsets.US_ASCII);
        return new Response(503, headers, sentence).with("Retry-After", "5");
    }
}
