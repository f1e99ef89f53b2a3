package dev.pharos.protocol.socketio;

import java.util.List;

/**
 * A whole Socket.IO packet (protocol section "Packet encoding").
 *
 * @param namespace begins with {@code /}
 * @param id what an acknowledgement refers to, or {@link #NO_ID}
 * @param json the payload as it came, or empty when there was none
 * @param attachments the bytes that placeholders stand for
 */
record Packet(Type type, String namespace, long id, String json, List<byte[]> attachments) {

    static final String MAIN = "/";
    static final long NO_ID = -1;

    /** What a packet is for; each has a digit on the wire. */
    enum Type {
        CONNECT('0'),
        DISCONNECT('1'),
        EVENT('2'),
        ACK('3'),
        CONNECT_ERROR('4'),
        BINARY_EVENT('5'),
        BINARY_ACK('6');

        private static final Type[] BY_CODE = values();

        private final char code;

        Type(char code) {
            this.code = code;
        }

        static Type of(char code) {
            int number = code - '0';
            if (number < 0 || number >= BY_CODE.length) {
                throw new BadPacketException(
                        "a packet begins with a type from 0 to 6, got U+%04X".formatted((int) code));
            }
            return BY_CODE[number];
        }

        char code() {
            return code;
        }

        boolean isBinary() {
            return this == BINARY_EVENT || this == BINARY_ACK;
        }
    }

    boolean isEvent() {
        return type == Type.EVENT || type == Type.BINARY_EVENT;
    }

    boolean isAcknowledgement() {
        return type == Type.ACK || type == Type.BINARY_ACK;
    }
}
