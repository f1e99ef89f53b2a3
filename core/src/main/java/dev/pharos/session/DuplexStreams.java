package dev.pharos.session;

import dev.pharos.http.BadParameterException;
import dev.pharos.http.Encoded;
import dev.pharos.http.Headers;
import dev.pharos.http.Parameters;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.UploadMemory;
import dev.pharos.sse.SseEncoder;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sessions over an event stream from the server and requests to it, for which a browser needs no library. Thread-safe.
 *
 * <p>The peer chooses the id, which is its secret, and names it in the parameter {@code session} of every request. It comes
 * back with {@code Last-Event-ID} as a native {@code EventSource} does, and gets what it missed exactly once. The wire is in
 * {@code docs/http-api.md}.
 */
public final class DuplexStreams {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{20,64}");
    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,14}");
    /** One that comes back for a session that has just ended is told why. */
    private static final long ECHO_MILLIS = 10_000;

    private static final int MOST_ID = 32;
    private static final int MOST_PARAMETERS = 1_000;

    private final Sessions sessions;
    private final SessionOptions options;
    private final int mostMessage;
    private final long retryMillis;
    private final UploadMemory memory;
    private final SessionTable<DuplexSession> table;
    private final AtomicInteger open = new AtomicInteger();

    /**
     * No sessions yet.
     *
     * @param mostMessage the largest body of a request in bytes
     * @param retryMillis after what time a peer comes back, spread by chance
     * @param memory for bodies that are not complete yet
     */
    public DuplexStreams(
            Sessions sessions, SessionOptions options, int mostMessage, long retryMillis, UploadMemory memory) {
        this.sessions = sessions;
        this.options = options.withEchoMillis(ECHO_MILLIS);
        this.mostMessage = mostMessage;
        this.retryMillis = retryMillis;
        this.memory = memory;
        this.table = sessions.table();
    }

    /** The number of sessions that have not ended. */
    public int size() {
        return open.get();
    }

    /**
     * Answers a GET with the stream of its session, which is opened if there is none of its id.
     *
     * @param headers more fields of the answer
     * @param listeners makes the listener of a session that is to be opened
     * @throws BadParameterException if the id is missing or no id
     */
    public void get(Request request, Reply reply, Headers headers, Function<Handshake, SessionListener> listeners) {
        get(request, reply, headers, Encoded.of(SseEncoder.COMMENT_HEARTBEAT), listeners);
    }

    /**
     * The same.
     *
     * @param preamble what the stream begins with: whole lines
     */
    public void get(
            Request request,
            Reply reply,
            Headers headers,
            Encoded preamble,
            Function<Handshake, SessionListener> listeners) {
        String id = id(parameters(request));
        String lastId = request.header("Last-Event-ID");
        DuplexSession known = table.find(id);
        if (lastId != null && (known == null || lastId.length() > MOST_ID)) {
            reply.send(DuplexSession.gone(id).with(headers));
            return;
        }
        DuplexSession session = known != null ? known : open(request, id, listeners);
        if (session == null) {
            refuse(reply, headers);
            return;
        }
        String from = lastId == null ? SentWindow.START : lastId;
        // With an id from the start a native EventSource that comes back says that it was here before.
        String block = SseEncoder.cursor(from, sessions.jitter(retryMillis));
        Encoded first = Encoded.join(List.of(preamble, Encoded.of(block)));
        Reply there = HandOver.of(request, reply, session.loop());
        session.execute(() -> session.connect(there, headers, from, first));
    }

    private @Nullable DuplexSession open(Request request, String id, Function<Handshake, SessionListener> listeners) {
        Handshake handshake = Handshake.of(request);
        DuplexSession opened = table.add(
                id,
                () -> new DuplexSession(
                        sessions, id, request.loop(), handshake, options, listeners.apply(handshake), open));
        if (opened == null) {
            return table.find(id); // somebody was quicker, or there is no room
        }
        open.incrementAndGet();
        opened.open();
        return opened;
    }

    /** A native EventSource comes back after any end, but not after a status other than 200. */
    private void refuse(Reply reply, Headers headers) {
        String retry = SseEncoder.retry(sessions.jitter(4 * retryMillis));
        reply.send(new Response(
                200, DuplexSession.HEADERS.and(headers), Encoded.of(retry).bytes()));
    }

    /**
     * Delivers the messages in the body of a POST: one a line of {@code application/x-ndjson}, else the whole body.
     *
     * @param headers more fields of the answer
     * @throws BadParameterException if a parameter is missing or wrong
     */
    public void post(Request request, Reply reply, Headers headers) {
        Parameters parameters = parameters(request);
        String id = id(parameters);
        String number = parameters.first("message");
        if (number != null && !NUMBER.matcher(number).matches()) {
            throw new BadParameterException(
                    "message", "parameter 'message' is a whole number from 1 on, of at most 15 digits");
        }
        DuplexSession session = table.find(id);
        if (session == null) {
            reply.send(DuplexSession.gone(id).with(headers));
            return;
        }
        new DuplexPost(
                        session,
                        request,
                        HandOver.of(request, reply, session.loop()),
                        headers,
                        new DuplexPost.Wanted(
                                number == null ? 0 : Long.parseLong(number),
                                request.header("Last-Event-ID"),
                                "true".equals(parameters.first("close"))),
                        mostMessage,
                        memory)
                .collect(request.body());
    }

    private static Parameters parameters(Request request) {
        return Parameters.ofQuery(request.query(), MOST_PARAMETERS);
    }

    private static String id(Parameters parameters) {
        String id = parameters.first("session");
        if (id == null || !ID.matcher(id).matches()) {
            throw new BadParameterException(
                    "session",
                    "parameter 'session' is an id of the client's own making that nobody can guess: 20 to 64 letters,"
                            + " digits, '-' and '_', such as crypto.randomUUID() gives");
        }
        return id;
    }
}
