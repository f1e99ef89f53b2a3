package dev.pharos.protocol.events;

import dev.pharos.auth.Challenge;
import dev.pharos.auth.RefusedException;
import dev.pharos.http.Body;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.http.UploadMemory;
import dev.pharos.hub.Hub;
import dev.pharos.hub.Lane;
import dev.pharos.hub.Timed;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An upload of one event a line (NDJSON), maybe without end.
 *
 * <p>Lines are appended as they come, one append at a time: what comes meanwhile is the next, and when that is large the
 * client has to wait. So what was accepted is always all lines up to one. With an idempotency key each line has one of
 * its own, by its number. It ends with the token that let it in. On the connection's loop only.
 */
final class LineUpload extends Timed implements Body.Reader {

    private static final int BATCH_BYTES = 256 << 10;
    private static final int BATCH_EVENTS = 500;
    private static final int LINE_BYTES_KEPT = 4 << 10;

    private final Hub hub;
    private final Request request;
    private final Reply reply;
    private final Headers cors;
    private final Publisher publisher;
    private final Lane lane;
    private final long term;
    private final @Nullable IdempotencyKey key;
    private final UploadMemory memory;
    private final int mostLineBytes;

    private ByteArrayOutputStream line = new ByteArrayOutputStream(0);
    private long lineNumber;

    private List<Event> batch = new ArrayList<>();
    private int batchBytes;
    /** The line of the first event of the batch. */
    private long batchLine;

    private boolean appending;
    private boolean paused;
    private long accepted;
    /** What there is to say of private events, once there was one. */
    private @Nullable String notice;

    private @Nullable Entry first;
    private @Nullable Entry last;

    private @Nullable Stop stop;
    private @Nullable RefusedException refused;
    private boolean answered;

    /** Why no more lines are taken: the status is 200 at the end of the upload. */
    private record Stop(int status, long line, String error) {}

    LineUpload(
            Publishing publishing,
            Request request,
            Reply reply,
            Headers cors,
            Publisher publisher,
            @Nullable IdempotencyKey key) {
        this.hub = publishing.hub();
        this.request = request;
        this.reply = reply;
        this.cors = cors;
        this.publisher = publisher;
        this.lane = hub.lane(request.loop());
        this.term = Term.of(publisher.context(), publisher.caller());
        this.key = key;
        this.memory = publishing.memory();
        this.mostLineBytes = hub.limits().eventBytes();
    }

    void start() {
        watchTerm();
        request.body().read(this);
    }

    private void watchTerm() {
        if (term != Term.NEVER) {
            lane.schedule(this, Term.cut(publisher.context(), term, term));
        }
    }

    @Override
    protected void onDue() {
        if (stop == null && !answered) {
            if (Term.isOver(publisher.context(), term)) {
                fail(
                        new RefusedException(RefusedException.Reason.INVALID_TOKEN, "the token has expired"),
                        lineNumber + 1);
                append();
                maybeAnswer();
            } else {
                watchTerm();
            }
        }
    }

    @Override
    public boolean isEndless() {
        return true;
    }

    @Override
    public void onData(ByteBuffer bytes) {
        if (stop == null && hub.isDraining()) {
            fail(503, lineNumber + 1, Busy.reason(hub));
        }
        while (stop == null && bytes.hasRemaining()) {
            int end = lineEnd(bytes);
            boolean isWhole = end < bytes.limit();
            if (keep(bytes, end) && isWhole) {
                bytes.get(); // the line feed
                endLine();
            }
        }
        bytes.position(bytes.limit());
        append();
        if (appending && isFull() && !paused) {
            paused = true;
            request.body().pause();
        }
        maybeAnswer();
    }

    @Override
    public void onEnd() {
        if (stop == null && line.size() > 0) {
            endLine();
        }
        if (stop == null) {
            stop = new Stop(200, lineNumber, "");
        }
        append();
        maybeAnswer();
    }

    @Override
    public void onAbort(IOException cause) {
        answered = true; // nobody is there to be answered; what came whole stays
        lane.cancel(this);
        takeLine();
        append();
    }

    private static int lineEnd(ByteBuffer bytes) {
        int i = bytes.position();
        while (i < bytes.limit() && bytes.get(i) != '\n') {
            i++;
        }
        return i;
    }

    /** Takes a part of a line; false when the line is too long. */
    private boolean keep(ByteBuffer bytes, int end) {
        int length = end - bytes.position();
        if (line.size() + length > mostLineBytes) {
            fail(413, lineNumber + 1, "the line has more than " + mostLineBytes + " bytes, the most an event has");
            return false;
        }
        if (!memory.take(length)) {
            fail(503, lineNumber + 1, Publishing.NO_ROOM);
            return false;
        }
        byte[] chunk = new byte[length];
        bytes.get(chunk);
        line.writeBytes(chunk);
        return true;
    }

    private byte[] takeLine() {
        byte[] text = line.toByteArray();
        memory.give(text.length);
        if (text.length > LINE_BYTES_KEPT) {
            line = new ByteArrayOutputStream(0);
        } else {
            line.reset();
        }
        return text;
    }

    private void endLine() {
        lineNumber++;
        byte[] text = takeLine();
        if (isBlank(text)) {
            return;
        }
        try {
            Event event = EventJson.read(EventJson.text(ByteBuffer.wrap(text)), hub.limits());
            publisher.check(event);
            if (batch.isEmpty()) {
                batchLine = lineNumber;
            }
            String subject = publisher.caller().subject();
            batch.add(key == null ? event : key.line(lineNumber).on(event, subject));
            batchBytes += text.length;
            if (notice == null) {
                notice = publisher.notice(event);
            }
            if (isFull()) {
                append();
            }
        } catch (RefusedException why) {
            fail(why, lineNumber);
        } catch (BadRequestException bad) {
            fail(bad.status(), lineNumber, bad.sentence());
        }
    }

    private static boolean isBlank(byte[] text) {
        for (byte b : text) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    private boolean isFull() {
        return batch.size() >= BATCH_EVENTS || batchBytes >= BATCH_BYTES;
    }

    private void fail(RefusedException why, long atLine) {
        refused = why;
        fail(Challenge.status(why.reason()), atLine, why.sentence());
    }

    private void fail(int status, long atLine, String error) {
        stop = new Stop(status, atLine, error);
        takeLine();
    }

    private void append() {
        if (appending || batch.isEmpty()) {
            return;
        }
        List<Event> events = batch;
        long firstLine = batchLine;
        batch = new ArrayList<>();
        batchBytes = 0;
        appending = true;
        hub.publish(events).whenComplete((entries, failure) -> {
            if (request.loop().inLoop()) {
                appended(events, entries, failure, firstLine);
            } else {
                request.loop().tell(() -> appended(events, entries, failure, firstLine));
            }
        });
    }

    private void appended(
            List<Event> events, @Nullable List<Entry> entries, @Nullable Throwable failure, long firstLine) {
        appending = false;
        if (entries != null) {
            accepted += entries.size();
            if (first == null) {
                first = entries.getFirst();
            }
            last = entries.getLast();
            append();
        } else {
            notAppended(events, Objects.requireNonNull(failure), firstLine);
        }
        if (paused && !isFull()) {
            paused = false;
            request.body().resume();
        }
        maybeAnswer();
    }

    private void notAppended(List<Event> events, Throwable failure, long firstLine) {
        batch = new ArrayList<>();
        batchBytes = 0;
        int conflict = AppendFailure.conflictIndex(failure);
        long line = conflict < 0 ? firstLine : IdempotencyKey.lineOf(events.get(conflict));
        AppendFailure why = AppendFailure.of(failure, key == null ? null : key.line(line));
        fail(why.status(), line, why.sentence());
        if (conflict > 0) { // none of them was kept, but those before the line are good
            batch.addAll(events.subList(0, conflict));
            batchLine = firstLine;
            append();
        }
    }

    private void maybeAnswer() {
        Stop reason = stop;
        if (answered || reason == null || appending || !batch.isEmpty()) {
            return;
        }
        answered = true;
        lane.cancel(this);
        Response response = reason.status == 200
                ? Publishing.accepted(accepted, first, last)
                : Publishing.rejected(reason.status, accepted, first, last, reason.line, reason.error);
        if (reason.status == 503 || reason.status == 507) {
            response = response.with("Retry-After", Busy.retryAfter(hub));
        }
        if (refused != null) {
            response = Admission.CHALLENGE.on(response, refused);
        }
        reply.send(response.with(notice == null ? cors : cors.with("Pharos-Notice", notice)));
    }
}
