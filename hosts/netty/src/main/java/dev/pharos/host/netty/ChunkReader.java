package dev.pharos.host.netty;

import io.netty.buffer.ByteBuf;

/**
 * The framing of a chunked body (RFC 9112 section 7.1). Extensions and trailers are checked and thrown away.
 */
final class ChunkReader {

    private static final int MOST_DIGITS = 15;

    private final Limits limits;
    private State state = State.SIZE;
    private long size;
    private int digits;
    /** Bytes of the extension at hand, or of all trailers. */
    private int extra;

    private enum State {
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER,
        NAME,
        VALUE,
        VALUE_LF,
        LAST_LF,
        ENDED
    }

    ChunkReader(Limits limits) {
        this.limits = limits;
    }

    /** Whether the body has ended. */
    boolean isEnded() {
        return state == State.ENDED;
    }

    /** Moves behind framing, to the data of a chunk, the end of the body, or the end of what there is. */
    void skip(ByteBuf in) throws MalformedException {
        while (state != State.DATA && state != State.ENDED && in.isReadable()) {
            state = after(in.readByte());
        }
    }

    /** Takes up to so many bytes of the chunk at hand; gives their number. */
    int take(int available) {
        if (state != State.DATA) {
            return 0;
        }
        int taken = (int) Math.min(size, available);
        size -= taken;
        if (size == 0) {
            state = State.DATA_CR;
        }
        return taken;
    }

    private State after(byte c) throws MalformedException {
        return switch (state) {
            case SIZE -> afterDigit(c);
            case EXTENSION -> c == Grammar.CR ? State.SIZE_LF : extra(c, limits.requestLine(), State.EXTENSION);
            case SIZE_LF -> expect(c, Grammar.LF, size == 0 ? State.TRAILER : State.DATA);
            case DATA_CR -> expect(c, Grammar.CR, State.DATA_LF);
            case DATA_LF -> expect(c, Grammar.LF, nextChunk());
            case TRAILER -> c == Grammar.CR ? State.LAST_LF : inName(c);
            case NAME -> c == ':' ? State.VALUE : inName(c);
            case VALUE -> c == Grammar.CR ? State.VALUE_LF : extra(c, limits.headers(), State.VALUE);
            case VALUE_LF -> expect(c, Grammar.LF, State.TRAILER);
            case LAST_LF -> expect(c, Grammar.LF, State.ENDED);
            case DATA, ENDED -> throw new IllegalStateException("there is no framing to be read");
        };
    }

    private State nextChunk() {
        digits = 0;
        extra = 0;
        return State.SIZE;
    }

    private State afterDigit(byte c) throws MalformedException {
        int digit = Character.digit(c, 16);
        if (digit >= 0 && digits < MOST_DIGITS) {
            digits++;
            size = size << 4 | digit;
            return State.SIZE;
        }
        if (digits > 0 && c == Grammar.CR) {
            return State.SIZE_LF;
        }
        if (digits > 0 && (c == ';' || Grammar.isBlank(c))) {
            return State.EXTENSION;
        }
        throw MalformedException.chunks(
                digits == MOST_DIGITS ? "a size has too many digits" : "a size is not a hexadecimal number");
    }

    private State inName(byte c) throws MalformedException {
        if (!Grammar.isToken(c)) {
            throw MalformedException.chunks("a trailer is no field");
        }
        return extra(c, limits.headers(), State.NAME);
    }

    private State extra(byte c, int limit, State next) throws MalformedException {
        if (Grammar.isControl(c)) {
            throw MalformedException.chunks("there is the control character " + c);
        }
        if (++extra > limit) {
            throw MalformedException.chunks("there are more than " + limit + " bytes beside the data");
        }
        return next;
    }

    private static State expect(byte c, int wanted, State next) throws MalformedException {
        if (c != wanted) {
            throw MalformedException.chunks("a line ends with " + c + " instead of CR LF");
        }
        return next;
    }
}
