package dev.pharos.protocol.events;

import dev.pharos.http.Encoded;
import dev.pharos.http.Headers;
import dev.pharos.http.Response;
import dev.pharos.hub.Hub;
import dev.pharos.hub.Interest;
import dev.pharos.hub.Lane;
import dev.pharos.hub.Notice;
import dev.pharos.hub.Start;
import dev.pharos.hub.Subscription;
import dev.pharos.hub.Timed;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One bounded read from a cursor, which may wait for the first event: long polling and polling.
 *
 * <p>On the connection's loop only.
 */
final class LongPoll extends Timed implements Subscription.Listener {

    static final Headers HEADERS = Headers.of("Content-Type", "application/json", "Cache-Control", "no-store");

    private static final int ANSWER_BYTES = 128 << 10;
    /** How long the history may take to be read, beside what the client wants to wait for new events. */
    private static final int READ_MILLIS = 30_000;

    private static final byte[] COMMA = {','};
    /** The end of the events, and a comma where the object {@code rest} has its brace. */
    private static final byte[] ENDED = {']', ','};

    private static final String DROPPED = "events after the cursor are no longer in the history";

    private final Context context;
    private final Hub hub;
    private final Lane lane;
    private final Visit visit;
    private final SubscribeParameters parameters;
    private final long term;

    private @Nullable Subscription subscription;
    private @Nullable Notice outcome;
    /** The client does not want to wait for new events, or not any more. */
    private boolean waitIsOver;

    private boolean answered;

    LongPoll(Context context, Visit visit, SubscribeParameters parameters) {
        this.context = context;
        this.hub = context.hub();
        this.lane = hub.lane(visit.request().loop());
        this.visit = visit;
        this.parameters = parameters;
        this.term = Term.of(context, visit.caller());
    }

    void start() {
        context.counts().poll(1);
        visit.reply().onAbort(this::finish);
        if (answered) {
            return; // the peer had gone already
        }
        Interest interest = new Interest(
                parameters.selectors(), visit.caller().permit().subscribe(), new PollFormat(), parameters.mode());
        Start start = parameters.start();
        subscription = context.counts().haveRoomFor(0)
                ? hub.subscribe(lane.loop(), interest, new Start(start.cursor(), start.last(), false), this)
                : null;
        if (subscription == null) {
            refuse(context.counts().haveRoomFor(0) ? Busy.reason(hub) : Busy.reason(hub, context.counts()));
        } else {
            waitIsOver = parameters.waitSeconds() == 0;
            wakeWithin(waitIsOver ? READ_MILLIS : parameters.waitSeconds() * 1_000L);
            onReady();
        }
    }

    private void wakeWithin(long millis) {
        lane.schedule(this, Term.cut(context, term, millis));
    }

    @Override
    public void onOpen(Notice notice) {
        outcome = notice;
    }

    @Override
    public void onReady() {
        Subscription from = subscription;
        Notice began = outcome;
        if (answered || from == null || began == null) {
            return;
        }
        List<Encoded> events = new ArrayList<>(0);
        int room = ANSWER_BYTES;
        while (room > 0) {
            Encoded run = from.poll(room);
            if (run == null) {
                break;
            }
            events.add(run);
            room -= run.length();
        }
        boolean lost = began.state() == Notice.State.LOST || from.hasLost();
        // While it is catching up and nothing was found yet, the answer comes with the next block of history.
        if (!events.isEmpty() || (from.isCaughtUp() && (waitIsOver || lost))) {
            answer(from, began, events);
        }
    }

    @Override
    protected void onDue() {
        Subscription from = subscription;
        Notice began = outcome;
        if (answered || from == null) {
            return;
        }
        boolean isLate = waitIsOver || Term.isOver(context, term);
        waitIsOver = true;
        lane.pass();
        if (answered) {
            return;
        }
        if (began == null || !from.isCaughtUp()) {
            if (!isLate) {
                wakeWithin(READ_MILLIS);
                return;
            }
            if (began == null) {
                refuse("the history is slow to read");
                return;
            }
        }
        answer(from, began, List.of());
    }

    private void answer(Subscription from, Notice began, List<Encoded> events) {
        boolean lost = began.state() == Notice.State.LOST || from.hasLost();
        String state = lost ? Notice.State.LOST.word() : began.state().word();
        String lastEventId = from.cursor().toString();
        boolean more = !from.isCaughtUp();
        finish();
        ByteArrayOutputStream body = new ByteArrayOutputStream(256);
        body.writeBytes(("{\"state\":\"" + state + "\",\"events\":[").getBytes(StandardCharsets.US_ASCII));
        boolean first = true;
        for (Encoded run : events) {
            for (int part = 0; part < run.parts(); part++) {
                if (!first) {
                    body.writeBytes(COMMA);
                }
                first = false;
                body.write(run.bytes(), run.start(part), run.end(part) - run.start(part));
            }
        }
        byte[] rest = Json.object(json -> {
            if (lost) {
                String reason = began.state() == Notice.State.LOST ? began.reason() : null;
                json.writeStringProperty("reason", Json.encodable(reason == null ? DROPPED : reason));
            }
            json.writeStringProperty("lastEventId", lastEventId);
            json.writeBooleanProperty("more", more);
        });
        body.writeBytes(ENDED);
        body.write(rest, 1, rest.length - 1);
        body.write('\n');
        Jsonp jsonp = parameters.jsonp();
        visit.reply()
                .send(
                        jsonp == null
                                ? new Response(200, HEADERS.and(visit.cors()), body.toByteArray())
                                : new Response(200, Jsonp.HEADERS.and(visit.cors()), jsonp.wrap(body.toByteArray())));
    }

    @Override
    public void onDrain() {
        Subscription from = subscription;
        Notice began = outcome;
        if (from == null || began == null) {
            refuse(Busy.reason(hub));
        } else if (!answered) {
            answer(from, began, List.of());
        }
    }

    @Override
    public void onFailure(RuntimeException cause) {
        refuse("the history cannot be read now");
    }

    private void refuse(String why) {
        if (answered) {
            return;
        }
        finish();
        visit.reply().send(Busy.answer(hub, why).with(visit.cors()));
    }

    private void finish() {
        if (!answered) {
            answered = true;
            context.counts().poll(-1);
            lane.cancel(this);
            visit.close();
            if (subscription != null) {
                subscription.close();
            }
        }
    }
}
