package dev.pharos.host.netty;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds requests in the bytes of a connection (RFC 9112): heads, and what belongs to their bodies.
 *
 * <p>It holds no bytes: of a head that is not complete it remembers how far it has looked. Between two messages it has no
 * state, so a loop lends its readers to whichever connection is in the middle of one.
 */
final class RequestReader {

    /** What was found. */
    enum Step {
        /** Nothing, until more comes. */
        MORE,
        /** A {@link RequestReader#head}. */
        HEAD,
        /** A {@link RequestReader#piece} of a body, the last if the reader is {@link RequestReader#isBetween between} then. */
        PIECE,
        /** The end of a body without a piece. */
        END
    }

    private static final byte[] NOTHING = {};

    private final Limits limits;
    private final KnownHeads known;

    /** How much of the head at hand has been looked at. */
    private int scanned;
    /** Where its line at hand starts. */
    private int lineStart;
    /** Where its fields start, or 0 while that is not known. */
    private int fieldsStart;

    private RequestHead head = RequestHead.NONE;
    private ByteBuffer piece = ByteBuffer.wrap(NOTHING);
    /** What is missing of a body of known length. */
    private long missing;

    private @Nullable ChunkReader chunks;

    RequestReader(Limits limits, KnownHeads known) {
        this.limits = limits;
        this.known = known;
    }

    /** Whether nothing of a message has come, or all of it. */
    boolean isBetween() {
        return scanned == 0 && missing == 0 && chunks == null;
    }

    RequestHead head() {
        return head;
    }

    /** Valid until the bytes it was found in change. */
    ByteBuffer piece() {
        return piece;
    }

    /**
     * Takes the next step into a buffer that has an array. It leaves there what it cannot use yet, and wants to see it again
     * with more behind it.
     */
    Step next(ByteBuf in) throws MalformedException {
        if (missing > 0) {
            int length = (int) Math.min(missing, in.readableBytes());
            missing -= length;
            return take(in, length);
        }
        ChunkReader body = chunks;
        return body == null ? head(in) : chunk(in, body);
    }

    private Step take(ByteBuf in, int length) {
        piece = ByteBuffer.wrap(in.array(), in.arrayOffset() + in.readerIndex(), length);
        in.skipBytes(length);
        return length == 0 ? Step.MORE : Step.PIECE;
    }

    private Step chunk(ByteBuf in, ChunkReader body) throws MalformedException {
        body.skip(in);
        if (body.isEnded()) {
            chunks = null;
            return Step.END;
        }
        return take(in, body.take(in.readableBytes()));
    }

    private Step head(ByteBuf in) throws MalformedException {
        byte[] bytes = in.array();
        int from = in.arrayOffset() + in.readerIndex();
        int to = from + in.readableBytes();
        if (scanned == 0) {
            RequestHead same = known.find(bytes, from, to);
            if (same != null) {
                return begin(in, same);
            }
            int start = from;
            while (start < to && (bytes[start] == Grammar.CR || bytes[start] == Grammar.LF)) {
                start++; // empty lines before a request are ignored
            }
            in.skipBytes(start - from);
            from = start;
        }
        int length = scan(bytes, from, to);
        if (length < 0) {
            return Step.MORE;
        }
        scanned = 0;
        lineStart = 0;
        fieldsStart = 0;
        RequestHead parsed = HeadParser.parse(Arrays.copyOfRange(bytes, from, from + length));
        known.add(parsed);
        return begin(in, parsed);
    }

    private Step begin(ByteBuf in, RequestHead found) {
        in.skipBytes(found.bytes().length);
        head = found;
        long length = found.framing().length();
        if (length < 0) {
            chunks = new ChunkReader(limits);
        } else {
            missing = length;
        }
        return Step.HEAD;
    }

    /** The length of the head, or -1 when its end has not come. */
    private int scan(byte[] bytes, int from, int to) throws MalformedException {
        int at = from + scanned;
        int start = from + lineStart;
        for (; at < to; at++) {
            if (bytes[at] == Grammar.LF) {
                check(at + 1 - from);
                if (at == start || bytes[at - 1] != Grammar.CR) {
                    throw MalformedException.head("a line ends with LF alone, not with CR LF");
                }
                if (fieldsStart == 0) {
                    fieldsStart = at + 1 - from;
                } else if (at - 1 == start) {
                    return at + 1 - from;
                }
                start = at + 1;
            }
        }
        scanned = to - from;
        lineStart = start - from;
        check(scanned);
        return -1;
    }

    /** Checks the bounds of a head, or of a beginning of one. */
    private void check(int length) throws MalformedException {
        if (fieldsStart == 0) {
            if (length - 2 > limits.requestLine()) {
                throw MalformedException.longLine(limits.requestLine());
            }
        } else if (length - fieldsStart > limits.headers()) {
            throw MalformedException.longFields(limits.headers());
        }
    }
}
