package dev.pharos.protocol.sockjs;

import dev.pharos.http.Encoded;
import dev.pharos.session.FrameCache;
import dev.pharos.session.SessionLane;
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

    /** Messages as a quoted frame has them, each behind a comma: what frames with different callbacks share. */
    private static final UnaryOperator<Encoded> LITERALS = Framing::literals;

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

    /** The bytes of a whole answer to send for runs of messages, which may be shared with other sessions of the lane. */
    byte[] answer(List<Encoded> runs, SessionLane lane) {
        if (!quoted && runs.size() == 1) {
            return lane.frames(this).frame(runs.getFirst()).bytes(); // all that are not quoted are constants
        }
        Bytes bytes = new Bytes(before.length + Frames.size(runs) * (quoted ? 5 : 4) / 4 + after.length);
        bytes.write(before);
        if (quoted) {
            FrameCache literals = lane.frames(LITERALS);
            bytes.write('"');
            bytes.write('a');
            int from = 1;
            bytes.write('[');
            for (Encoded run : runs) {
                Encoded literal = literals.frame(run);
                bytes.write(literal.bytes(), from, literal.length() - from);
                from = 0;
            }
            bytes.write(']');
            bytes.write('"');
        } else {
            Frames.messages(runs, bytes);
        }
        bytes.write(after);
        return bytes.toArray();
    }

    private static Encoded literals(Encoded run) {
        Encoded written = SockJsMessages.write(run);
        Bytes bytes = new Bytes(written.length() + written.length() / 4);
        JsonText.escape(written.bytes(), bytes);
        return Encoded.of(bytes.toArray());
    }
}
