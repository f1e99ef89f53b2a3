package dev.pharos.protocol.socketio;

import dev.pharos.http.UploadMemory;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts packets together from the messages of one session: a text, and the attachments that it announces (protocol section
 * "Format").
 *
 * <p>Bounded by the largest message, the number of attachments and their bytes together. What waits for more attachments,
 * beyond a little, is taken from the memory that all sessions have together for that. The payload is not looked at.
 */
final class PacketReader {

    private static final int MOST_NAMESPACE = 256;
    /** The largest number that JavaScript counts exactly. */
    private static final long MOST_ID = (1L << 53) - 1;

    private static final int MOST_DIGITS = 16;

    private final UploadMemory memory;
    /** What is taken of the memory. */
    private int held;

    private final int mostAttachments;
    private final int mostBytes;
    private @Nullable Packet waiting;
    private int missing;
    private int bytes;
    private List<byte[]> attachments = List.of();

    /**
     * For one session.
     *
     * @param memory of all sessions
     * @param mostAttachments of one packet
     * @param mostBytes of the attachments of one packet together
     */
    PacketReader(UploadMemory memory, int mostAttachments, int mostBytes) {
        this.memory = memory;
        this.mostAttachments = mostAttachments;
        this.mostBytes = mostBytes;
    }

    /** Takes a text; gives the packet if it is whole with it. */
    @Nullable
    Packet text(String message) {
        if (waiting != null) {
            throw new BadPacketException("a text came where attachment " + attachments.size() + " was expected");
        }
        return new Head(message).read();
    }

    /** Takes an attachment, which is the reader's from here on; gives the packet if it is whole with it. */
    @Nullable
    Packet attachment(byte[] attachment) {
        Packet of = waiting;
        if (of == null) {
            throw new BadPacketException("bytes came where no packet had announced any");
        }
        bytes += attachment.length;
        if (bytes > mostBytes) {
            throw new BadPacketException("the attachments of a packet have more than " + mostBytes + " bytes");
        }
        if (missing > 1) {
            hold(of);
        }
        attachments.add(attachment);
        if (--missing > 0) {
            return null;
        }
        List<byte[]> all = attachments;
        end();
        return new Packet(of.type(), of.namespace(), of.id(), of.json(), all);
    }

    /** Takes room for what waits. */
    private void hold(Packet packet) {
        int more = UploadMemory.share(packet.json().length() + bytes) - held;
        if (more > 0) {
            if (!memory.take(more)) {
                throw new NoMemoryException();
            }
            held += more;
        }
    }

    /** Gives back what it holds. */
    void end() {
        waiting = null;
        bytes = 0;
        attachments = List.of();
        memory.give(held);
        held = 0;
    }

    /** Too much waits for attachments, of all sessions together. */
    static final class NoMemoryException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private NoMemoryException() {
            super("there is no memory for more packets with attachments now", null, false, false);
        }
    }

    /** The parts of a text before its payload. */
    private final class Head {
        private final String message;
        private int at;

        Head(String message) {
            this.message = message;
        }

        @Nullable
        Packet read() {
            if (message.isEmpty()) {
                throw new BadPacketException("a packet is empty");
            }
            Packet.Type type = Packet.Type.of(message.charAt(at++));
            int count = type.isBinary() ? count() : 0;
            String namespace = namespace();
            long id = id();
            Packet packet = new Packet(type, namespace, id, message.substring(at), List.of());
            if (count == 0) {
                return packet;
            }
            hold(packet);
            waiting = packet;
            missing = count;
            attachments = new ArrayList<>(count);
            return null;
        }

        private int count() {
            long count = number();
            if (count < 0 || at == message.length() || message.charAt(at) != '-') {
                throw new BadPacketException("a binary packet tells the number of its attachments");
            }
            if (count > mostAttachments) {
                throw new BadPacketException("a packet has at most " + mostAttachments + " attachments, got " + count);
            }
            at++;
            return (int) count;
        }

        private String namespace() {
            if (at == message.length() || message.charAt(at) != '/') {
                return Packet.MAIN;
            }
            int comma = message.indexOf(',', at);
            int end = comma < 0 ? message.length() : comma;
            if (end - at > MOST_NAMESPACE) {
                throw new BadPacketException("a namespace has more than " + MOST_NAMESPACE + " characters");
            }
            String name = message.substring(at, end);
            if (name.chars().anyMatch(c -> c < ' ')) {
                throw new BadPacketException("a namespace has no control characters");
            }
            at = comma < 0 ? end : end + 1;
            return name;
        }

        private long id() {
            long id = number();
            if (id > MOST_ID) {
                throw new BadPacketException("an acknowledgement id is at most " + MOST_ID + ", got " + id);
            }
            return id;
        }

        /** The number here, or -1 when there is none. */
        private long number() {
            int from = at;
            long number = 0;
            while (at < message.length() && message.charAt(at) >= '0' && message.charAt(at) <= '9') {
                if (at - from == MOST_DIGITS) {
                    throw new BadPacketException("a number has more than " + MOST_DIGITS + " digits");
                }
                number = 10 * number + message.charAt(at++) - '0';
            }
            return at == from ? -1 : number;
        }
    }
}
