package dev.pharos.protocol.events;

import dev.pharos.http.Body;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.hub.Hub;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An upload of one event a line (NDJSON), maybe without end.
 *
 * <p>Lines are appended as they come: what one read brought is one append. When several appends are under way the client
 * has to wait. On the connection's loop only.
 */
final class LineUpload implements Body.Reader {

    private static final int MOST_UNDER_WAY = 4;
    private static final int BATCH_BYTES = 256 << 10;
    private static final int BATCH_EVENTS = 500;

    private final Hub hub;
    private final Request request;
    private final Reply reply;
    private final Headers cors;
    /** A JSON line has quotes, names and escapes around what an event may hold. */
    private final int mostLineBytes;

    private final ByteArrayOutputStream line = new ByteArrayOutputStream(0);
    private List<Event> batch = new ArrayList<>();
    private int batchBytes;
    private long lineNumber;

    private int underWay;
    private long accepted;
    private boolean sawPrivate;
    private @Nullable Entry first;
    private @Nullable Entry last;

    private @Nullable Stop stop;
    private boolean paused;
    private boolean answered;

    /** Why no more lines are taken; an error's status is 200 when there is none. */
    private record Stop(int status, long line, String error) {}

    LineUpload(Publishing publishing, Request request, Reply reply, Headers cors) {
        this.hub = publishing.hub();
        this.request = request;
        this.reply = reply;
        this.cors = cors;
        this.mostLineBytes = hub.limits().eventBytes() + (16 << 10);
    }

    void start() {
        request.body().read(this);
    }

    @Override
    public void onData(ByteBuffer bytes) {
        while (stop == null && bytes.hasRemaining()) {
            int end = lineEnd(bytes);
            if (end < 0) {
                keep(bytes, bytes.limit());
            } else {
                keep(bytes, end);
                bytes.get(); // the line feed
                endLine();
            }
        }
        if (stop != null) {
            bytes.position(bytes.limit());
        }
        append();
        maybeAnswer();
    }

    @Override
    public void onEnd() {
        if (stop == null && line.size() > 0) {
            endLine();
        }
        append();
        if (stop == null) {
            stop = new Stop(200, lineNumber, "");
        }
        maybeAnswer();
    }

    @Override
    public void onAbort(IOException cause) {
        answered = true; // nobody is there to be answered; what was accepted stays
        append();
    }

    private static int lineEnd(ByteBuffer bytes) {
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            if (bytes.get(i) == '\n') {
                return i;
            }
        }
        return -1;
    }

    private void keep(ByteBuffer bytes, int end) {
        int length = end - bytes.position();
        if (line.size() + length > mostLineBytes) {
            lineNumber++;
            fail(413, "the line has more than " + mostLineBytes + " bytes");
            return;
        }
        byte[] chunk = new byte[length];
        bytes.get(chunk);
        line.writeBytes(chunk);
    }

    private void endLine() {
        lineNumber++;
        byte[] text = line.toByteArray();
        line.reset();
        if (isBlank(text)) {
            return;
        }
        try {
            Event event = EventJson.read(EventJson.text(ByteBuffer.wrap(text)), hub.limits());
            batch.add(event);
            sawPrivate |= event.isPrivate();
            batchBytes += text.length;
            if (batch.size() >= BATCH_EVENTS || batchBytes >= BATCH_BYTES) {
                append();
            }
        } catch (BadRequestException bad) {
            fail(bad.status(), bad.sentence());
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

    private void fail(int status, @Nullable String error) {
        stop = new Stop(status, lineNumber, String.valueOf(error));
    }

    private void append() {
        if (batch.isEmpty()) {
            return;
        }
        List<Event> events = batch;
        batch = new ArrayList<>();
        batchBytes = 0;
        underWay++;
        long lastLine = lineNumber;
        hub.publish(events).whenComplete((entries, failure) -> {
            if (request.loop().inLoop()) {
                appended(entries, failure, lastLine);
            } else {
                request.loop().execute(() -> appended(entries, failure, lastLine));
            }
        });
        if (underWay > MOST_UNDER_WAY && !paused) {
            paused = true;
            request.body().pause();
        }
    }

    private void appended(@Nullable List<Entry> entries, @Nullable Throwable failure, long lastLine) {
        underWay--;
        if (entries != null) {
            accepted += entries.size();
            if (first == null) {
                first = entries.getFirst();
            }
            last = entries.getLast();
        } else if (stop == null || stop.status == 200) {
            stop = new Stop(503, lastLine, "the log does not take events now: " + failure);
        }
        if (paused && underWay <= MOST_UNDER_WAY / 2) {
            paused = false;
            request.body().resume();
        }
        maybeAnswer();
    }

    private void maybeAnswer() {
        Stop reason = stop;
        if (answered || reason == null || underWay > 0) {
            return;
        }
        answered = true;
        Response response = reason.status == 200
                ? Publishing.accepted(accepted, first, last)
                : Publishing.rejected(reason.status, accepted, first, last, reason.line, reason.error);
        reply.send(response.with(sawPrivate ? cors.with("Pharos-Notice", Publishing.PRIVATE_NOTICE) : cors));
    }
}
