package dev.pharos.protocol.sockjs;

import dev.pharos.http.Encoded;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;

/** How a transport dresses a frame. Immutable, and known by identity. */
final class Framing implements UnaryOperator<Encoded> {

    /** A message of a WebSocket: the frame itself. */
    static final Framing MESSAGE = new Framing("", "", false);
    /** A line of an XHR. */
    static final Framing LINE = new Framing("", "\n", false);
    /** An event of an EventSource. A frame has neither CR nor LF in it. */
    static final Framing EVENT = new Framing("data: ", "\r\n\r\n", false);
    /** A script of a page that goes on. */
    static final Framing SCRIPT = new Framing("<script>\np(", ");\n</script>\r\n", true);

    private final byte[] before;
    private final byte[] after;
    /** Whether the frame is a string literal of JavaScript. */
    private final boolean quoted;

    private Framing(String before, String after, boolean quoted) {
        this.before = before.getBytes(StandardCharsets.US_ASCII);
        this.after = after.getBytes(StandardCharsets.US_ASCII);
        this.quoted = quoted;
    }

    /** A script that calls a function of this name, which is ASCII. */
    static Framing call(String function) {
        // What comes before the name keeps the answer from being taken for something else than a script.
        return new Framing("/**/" + function + "(", ");\r\n", true);
    }

    /** The bytes to send for a frame, as one part. */
    Encoded dress(byte[] frame) {
        Bytes bytes = new Bytes(before.length + frame.length + (quoted ? frame.length / 4 : 0) + after.length);
        bytes.write(before);
        if (quoted) {
            JsonText.literal(frame, bytes);
        } else {
            bytes.write(frame);
        }
        bytes.write(after);
        return Encoded.of(bytes.toArray());
    }

    /** The bytes to send for a run of messages. */
    @Override
    public Encoded apply(Encoded run) {
        List<Encoded> runs = List.of(run);
        if (quoted) {
            return dress(Frames.messages(runs));
        }
        Bytes bytes = new Bytes(before.length + Frames.size(runs) + after.length);
        bytes.write(before);
        Frames.messages(runs, bytes);
        bytes.write(after);
        return Encoded.of(bytes.toArray());
    }
}
