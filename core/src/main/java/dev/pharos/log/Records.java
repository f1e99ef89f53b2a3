package dev.pharos.log;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events to bytes and back; see {@link Layout}.
 *
 * <p>Not thread-safe: a reader remembers the topics it read last, since most often the next event has the same.
 */
final class Records {

    private byte[] topicBytes = new byte[0];
    private List<String> topics = List.of();

    static void write(Output out, Output scratch, Event event) {
        scratch.clear();
        body(scratch, event);
        out.putVarint(scratch.size());
        out.put(scratch);
    }

    private static void body(Output out, Event event) {
        out.putByte((event.id() != null ? Layout.HAS_ID : 0)
                | (event.type() != null ? Layout.HAS_TYPE : 0)
                | (event.key() != null ? Layout.HAS_KEY : 0)
                | (event.idempotencyKey() != null ? Layout.HAS_IDEMPOTENCY_KEY : 0)
                | (event.retry() >= 0 ? Layout.HAS_RETRY : 0)
                | (event.isPrivate() ? Layout.IS_PRIVATE : 0));
        out.putVarint(event.topics().size());
        for (String topic : event.topics()) {
            out.putText(topic);
        }
        putIfAny(out, event.id());
        putIfAny(out, event.type());
        putIfAny(out, event.key());
        putIfAny(out, event.idempotencyKey());
        if (event.retry() >= 0) {
            out.putVarint(event.retry());
        }
        out.putText(event.data());
    }

    private static void putIfAny(Output out, @Nullable String text) {
        if (text != null) {
            out.putText(text);
        }
    }

    /** The length of the record that begins at the buffer's position, which moves on behind that number. */
    static int length(ByteBuffer from) {
        long length = varint(from);
        if (length > from.remaining()) {
            throw new BufferUnderflowException();
        }
        return (int) length;
    }

    /**
     * Reads the event whose record begins at the buffer's position, behind its length, and moves the position behind it.
     *
     * @throws RuntimeException of any kind when the bytes are no record; they had a right checksum
     */
    Event read(ByteBuffer from) {
        int flags = from.get();
        List<String> readTopics = topics(from);
        String id = (flags & Layout.HAS_ID) != 0 ? text(from) : null;
        String type = (flags & Layout.HAS_TYPE) != 0 ? text(from) : null;
        String key = (flags & Layout.HAS_KEY) != 0 ? text(from) : null;
        String idempotencyKey = (flags & Layout.HAS_IDEMPOTENCY_KEY) != 0 ? text(from) : null;
        long retry = (flags & Layout.HAS_RETRY) != 0 ? varint(from) : -1;
        String data = text(from);
        return new Event(id, readTopics, type, data, key, (flags & Layout.IS_PRIVATE) != 0, retry, idempotencyKey);
    }

    private List<String> topics(ByteBuffer from) {
        int start = from.position();
        long count = varint(from);
        for (long i = 0; i < count; i++) {
            int length = length(from);
            from.position(from.position() + length);
        }
        int end = from.position();
        byte[] array = from.array();
        int offset = from.arrayOffset();
        if (Arrays.equals(array, offset + start, offset + end, topicBytes, 0, topicBytes.length)) {
            return topics;
        }
        from.position(start);
        varint(from);
        List<String> read = new ArrayList<>((int) count);
        for (long i = 0; i < count; i++) {
            read.add(text(from));
        }
        topicBytes = Arrays.copyOfRange(array, offset + start, offset + end);
        topics = List.copyOf(read);
        return topics;
    }

    /** The text at the position of a buffer that has an array. */
    static String text(ByteBuffer from) {
        int length = length(from);
        String text = new String(from.array(), from.arrayOffset() + from.position(), length, StandardCharsets.UTF_8);
        from.position(from.position() + length);
        return text;
    }

    static long varint(ByteBuffer from) {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte part = from.get();
            value |= (long) (part & 0x7F) << shift;
            if (part >= 0) {
                if (value < 0) {
                    break;
                }
                return value;
            }
        }
        throw new IllegalArgumentException("a number has too many bytes");
    }
}
