package dev.pharos.protocol.socketio.engine;

/** One packet of Engine.IO 4 (protocol section "Protocol"). */
sealed interface EnginePacket {

    /** A packet of text: a digit for its type, and data. */
    record Text(Type type, String data) implements EnginePacket {}

    /** A message of bytes, which are its own. */
    @SuppressWarnings("ArrayRecordComponent")
    record Binary(byte[] data) implements EnginePacket {}

    /** What a packet is for; each has a digit on the wire. */
    enum Type {
        OPEN('0'),
        CLOSE('1'),
        PING('2'),
        PONG('3'),
        MESSAGE('4'),
        UPGRADE('5'),
        NOOP('6');

        private static final Type[] BY_CODE = values();

        private final char code;

        Type(char code) {
            this.code = code;
        }

        /** The digit on the wire. */
        char code() {
            return code;
        }
    }

    /**
     * Reads a packet of text, as a WebSocket frame has it.
     *
     * @throws MalformedPacketException when it does not begin with a type
     */
    static Text text(String packet) {
        return text(packet, 0, packet.length());
    }

    /** The same from a part of {@code packets}. */
    static Text text(String packets, int from, int to) {
        if (from == to) {
            throw new MalformedPacketException("a packet is empty");
        }
        int code = packets.charAt(from) - '0';
        if (code < 0 || code >= Type.BY_CODE.length) {
            throw new MalformedPacketException(
                    "a packet begins with a type from 0 to 6, got U+%04X".formatted((int) packets.charAt(from)));
        }
        return new Text(Type.BY_CODE[code], packets.substring(from + 1, to));
    }
}
