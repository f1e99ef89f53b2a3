package dev.pharos.conformance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** An open event stream: what came of it so far, as a reader by the HTML standard sees it. */
final class Reading implements AutoCloseable {

    /** Longer than anything takes that happens at all. */
    static final long PATIENCE_MILLIS = 10_000;

    /** What a stream consists of. */
    sealed interface Piece {}

    /** A dispatched event; its id is null if the block had none. */
    record Message(
            String type,
            @Nullable String id,
            String data,
            @Nullable String retry) implements Piece {}

    /** A comment line. */
    record Comment(String text) implements Piece {}

    /** The end, clean or not. */
    record End(boolean clean) implements Piece {}

    private final HttpResponse<InputStream> answer;
    private final LinkedBlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private final List<Message> seen = new ArrayList<>();

    Reading(HttpResponse<InputStream> answer) {
        this.answer = answer;
        Thread.startVirtualThread(this::read);
    }

    private void read() {
        try (InputStream in = answer.body()) {
            StringBuilder data = new StringBuilder();
            String type = "message";
            String id = null;
            String retry = null;
            boolean any = false;
            for (String line = line(in); line != null; line = line(in)) {
                if (line.isEmpty()) {
                    if (any) {
                        pieces.add(new Message(type, id, data.substring(0, data.length() - 1), retry));
                    }
                    data.setLength(0);
                    type = "message";
                    id = null;
                    retry = null;
                    any = false;
                } else if (line.startsWith(":")) {
                    pieces.add(new Comment(line.substring(1)));
                } else {
                    int colon = line.indexOf(':');
                    String name = colon < 0 ? line : line.substring(0, colon);
                    String value = colon < 0 ? "" : line.substring(colon + 1);
                    value = value.startsWith(" ") ? value.substring(1) : value;
                    switch (name) {
                        case "data" -> {
                            data.append(value).append('\n');
                            any = true;
                        }
                        case "event" -> type = value;
                        case "id" -> id = value;
                        case "retry" -> retry = value;
                        default -> {}
                    }
                }
            }
            pieces.add(new End(true));
        } catch (IOException cut) {
            pieces.add(new End(false));
        }
    }

    /** A line that ends with CR, LF or both; null at the end. */
    private static @Nullable String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int c = in.read();
        if (c < 0) {
            return null;
        }
        while (c >= 0 && c != '\n') {
            line.write(c);
            c = in.read();
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    HttpResponse<InputStream> answer() {
        return answer;
    }

    @Nullable
    String header(String name) {
        return answer.headers().firstValue(name).orElse(null);
    }

    /** What comes next, or null if nothing does in time. */
    @Nullable
    Piece next(long millis) throws InterruptedException {
        Piece piece = pieces.poll(millis, TimeUnit.MILLISECONDS);
        if (piece instanceof Message message) {
            seen.add(message);
        }
        return piece;
    }

    /** The next event. */
    Message event() throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000;
        while (true) {
            Piece piece = next(Math.max(0, (end - System.nanoTime()) / 1_000_000));
            switch (piece) {
                case Message message -> {
                    return message;
                }
                case Comment comment -> {}
                case End ended -> throw new AssertionError("the stream ended while an event was due");
                case null -> throw new AssertionError("an event that was due did not come");
            }
        }
    }

    /** The data of the events up to one with this data, which is the last. */
    List<String> dataUpTo(String last) throws InterruptedException {
        List<String> data = new ArrayList<>();
        while (data.isEmpty() || !data.getLast().equals(last)) {
            data.add(event().data());
        }
        return data;
    }

    /** Waits for the end and gives how many milliseconds that took; fails if it does not come in time. */
    long untilEnd(long millis) throws InterruptedException {
        long start = System.nanoTime();
        while (true) {
            long waited = (System.nanoTime() - start) / 1_000_000;
            Piece piece = next(Math.max(1, millis - waited));
            if (piece instanceof End) {
                return (System.nanoTime() - start) / 1_000_000;
            }
            if (piece == null) {
                throw new AssertionError("the stream is open after " + millis + " ms");
            }
        }
    }

    @Override
    public void close() {
        try {
            answer.body().close();
        } catch (IOException gone) {
            // It is closed.
        }
    }
}
