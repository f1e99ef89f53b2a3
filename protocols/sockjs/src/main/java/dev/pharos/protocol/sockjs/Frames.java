package dev.pharos.protocol.sockjs;

import dev.pharos.http.Encoded;
import dev.pharos.session.ProtocolSession;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The frames that a server sends, as they are before a transport dresses them. Stateless. */
final class Frames {

    /** The session is open. */
    static final byte[] OPEN = {'o'};
    /** A sign of life. */
    static final byte[] HEARTBEAT = {'h'};

    /** Another request waits for the session's messages already. */
    private static final byte[] STILL_OPEN = close(2010, "Another connection still open");

    /** What a session ends with whose connection broke. */
    static final int INTERRUPTED_CODE = 1002;

    static final String INTERRUPTED = "Connection interrupted";

    /** Why binary messages are refused. */
    static final String NO_BINARY = "SockJS has text messages only";

    private Frames() {}

    /** Why a session takes no receiver: another one is attached, or it was forgotten a moment ago. */
    static byte[] refusal(ProtocolSession session) {
        return session.receiver() != null ? STILL_OPEN : close(INTERRUPTED_CODE, INTERRUPTED);
    }

    /** The session is over. */
    static byte[] close(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        Bytes frame = new Bytes(text.length + 16);
        frame.write(("c[" + code + ",").getBytes(StandardCharsets.US_ASCII));
        JsonText.quote(text, 0, text.length, frame);
        frame.write(']');
        return frame.toArray();
    }

    /** Messages: each part of each run is one. */
    static byte[] messages(List<Encoded> runs) {
        Bytes frame = new Bytes(size(runs));
        messages(runs, frame);
        return frame.toArray();
    }

    /** Appends the same. */
    static void messages(List<Encoded> runs, Bytes frame) {
        frame.write('a');
        char before = '[';
        for (Encoded run : runs) {
            if (SockJsMessages.isWritten(run)) {
                frame.write(before);
                frame.write(run.bytes(), 1, run.length() - 1);
                before = ',';
                continue;
            }
            for (int part = 0; part < run.parts(); part++) {
                frame.write(before);
                JsonText.quote(run.bytes(), run.start(part), run.end(part), frame);
                before = ',';
            }
        }
        frame.write(']');
    }

    /** About as many bytes as messages have, which are mostly JSON themselves. */
    static int size(List<Encoded> runs) {
        int size = 3;
        for (Encoded run : runs) {
            size += run.length() + (SockJsMessages.isWritten(run) ? 0 : run.length() / 4 + 3 * run.parts());
        }
        return size;
    }
}
