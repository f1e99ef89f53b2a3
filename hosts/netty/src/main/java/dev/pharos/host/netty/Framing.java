package dev.pharos.host.netty;

import dev.pharos.http.Encoded;
import io.netty.buffer.ByteBuf;

/**
 * How event bytes are packed for one kind of connection.
 */
enum Framing {
    /** As they are, ended by the end of the connection (HTTP/1.0). */
    BARE {
        @Override
        int bound(Encoded run) {
            return run.length();
        }

        @Override
        void write(Encoded run, ByteBuf to) {
            to.writeBytes(run.bytes());
        }
    },
    /** A run is one chunk (RFC 9112 section 7.1). */
    CHUNK {
        @Override
        int bound(Encoded run) {
            return run.length() + 12;
        }

        @Override
        void write(Encoded run, ByteBuf to) {
            int length = run.length();
            for (int shift = (31 - Integer.numberOfLeadingZeros(length)) & ~3; shift >= 0; shift -= 4) {
                to.writeByte(HEX[(length >>> shift) & 15]);
            }
            to.writeShort(CRLF);
            to.writeBytes(run.bytes());
            to.writeShort(CRLF);
        }
    },
    /** A part is one unmasked text frame (RFC 6455 section 5.2). */
    TEXT {
        @Override
        int bound(Encoded run) {
            return run.length() + 10 * run.parts();
        }

        @Override
        void write(Encoded run, ByteBuf to) {
            for (int part = 0; part < run.parts(); part++) {
                int length = run.end(part) - run.start(part);
                WebSocketFrames.head(to, WebSocketFrames.TEXT, length);
                to.writeBytes(run.bytes(), run.start(part), length);
            }
        }
    };

    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};
    private static final int CRLF = ('\r' << 8) | '\n';

    /** The most bytes that {@link #write} writes. */
    abstract int bound(Encoded run);

    /** Writes the run in its frames; the run is not empty. */
    abstract void write(Encoded run, ByteBuf to);
}
