package dev.pharos.session;

import dev.pharos.http.Encoded;
import dev.pharos.sse.SseEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/**
 * Messages as events of a stream, with ids that are shared too: {@code id: RUN.PART}, where each framing of a run has a number
 * of its own, greater than those before. Thread-safe.
 *
 * <p>So the bytes are the same for all sessions, and each session knows the ids by what it has sent.
 */
final class DuplexFraming implements UnaryOperator<Encoded> {

    static final DuplexFraming SHARED = new DuplexFraming();

    private static final int RADIX = 36;

    private final AtomicLong framed = new AtomicLong();

    private DuplexFraming() {}

    @Override
    public Encoded apply(Encoded run) {
        String number = Long.toString(framed.incrementAndGet(), RADIX) + '.';
        Encoded[] parts = new Encoded[run.parts()];
        for (int part = 0; part < parts.length; part++) {
            String data =
                    new String(run.bytes(), run.start(part), run.end(part) - run.start(part), StandardCharsets.UTF_8);
            parts[part] = Encoded.of(SseEncoder.event(null, -1, number + Integer.toString(part, RADIX), data));
        }
        return Encoded.join(List.of(parts));
    }

    /** The number of a framing. */
    static long number(Encoded framed) {
        String id = id(framed, 0);
        return Long.parseLong(id.substring(0, id.indexOf('.')), RADIX);
    }

    /** The part of this id, or -1. */
    static int part(Encoded framed, String id) {
        int dot = id.indexOf('.');
        if (dot < 0 || !id(framed, 0).startsWith(id.substring(0, dot + 1))) {
            return -1;
        }
        for (int part = 0; part < framed.parts(); part++) {
            if (id(framed, part).equals(id)) {
                return part;
            }
        }
        return -1;
    }

    /** The id is what is between the last space and the blank line. */
    private static String id(Encoded framed, int part) {
        byte[] bytes = framed.bytes();
        int end = framed.end(part) - 2;
        int start = end;
        while (bytes[start - 1] != ' ') {
            start--;
        }
        return new String(bytes, start, end - start, StandardCharsets.US_ASCII);
    }
}
