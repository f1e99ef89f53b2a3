package dev.pharos.protocol.socketio;

import dev.pharos.http.Encoded;
import dev.pharos.hub.Notice;
import dev.pharos.hub.WireFormat;
import dev.pharos.log.Cursor;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An emitted packet as it lies in the log: whom it is for, its text and its attachments.
 *
 * @param cursor its place in the log, or null for the mark that something is missing
 */
record LogRecord(@Nullable String cursor, Set<String> rooms, Set<String> except, EncodedPacket packet) {

    private static final char END = '\n';
    private static final char SEPARATOR = '\u001E';
    private static final Encoded LOST = Encoded.of("\n");

    /** The topic of all packets of a namespace. */
    static String topic(String namespace) {
        return "socketio:" + namespace;
    }

    /** The event that brings a packet into the log. */
    static Event event(String namespace, EncodedPacket packet, Set<String> rooms, Set<String> except) {
        StringBuilder data = new StringBuilder(packet.text().length() + 64);
        data.append(text(SocketPackets.json(List.of(List.copyOf(rooms), List.copyOf(except)))));
        data.append(END).append(packet.text());
        for (byte[] attachment : packet.attachments()) {
            data.append(SEPARATOR).append(Base64.getEncoder().encodeToString(attachment));
        }
        return Event.on(topic(namespace)).data(data.toString()).isPrivate(true).build();
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /** Records as they are read: the cursor, and what the event has as data. */
    enum Format implements WireFormat {
        INSTANCE;

        @Override
        public Encoded encode(Entry entry) {
            return Encoded.of(entry.id() + END + entry.event().data());
        }

        @Override
        public Encoded encode(Notice notice) {
            return LOST;
        }
    }

    /** Reads each part of a run. The text of the packet has the cursor as one more argument, by which clients resume. */
    static List<LogRecord> read(Encoded run) {
        List<LogRecord> records = new ArrayList<>(run.parts());
        for (int part = 0; part < run.parts(); part++) {
            int start = run.start(part);
            records.add(read(text(java.util.Arrays.copyOfRange(run.bytes(), start, run.end(part)))));
        }
        return records;
    }

    private static LogRecord read(String line) {
        int cursorEnd = line.indexOf(END);
        if (cursorEnd == 0) {
            return new LogRecord(null, Set.of(), Set.of(), EncodedPacket.bare(Packet.Type.EVENT, Packet.MAIN));
        }
        String cursor = line.substring(0, cursorEnd);
        int headEnd = line.indexOf(END, cursorEnd + 1);
        Arguments head = Arguments.read(line.substring(cursorEnd + 1, headEnd), List.of());
        String[] parts = line.substring(headEnd + 1).split(String.valueOf(SEPARATOR), -1);
        List<byte[]> attachments = new ArrayList<>(parts.length - 1);
        for (int i = 1; i < parts.length; i++) {
            attachments.add(Base64.getDecoder().decode(parts[i]));
        }
        String text = parts[0].substring(0, parts[0].length() - 1) + ",\"" + cursor + "\"]";
        return new LogRecord(
                cursor, names(head.get(0)), names(head.get(1)), new EncodedPacket(Encoded.of(text), attachments));
    }

    private static Set<String> names(@Nullable Object list) {
        Set<String> names = new HashSet<>();
        if (list instanceof List<?> some) {
            some.forEach(name -> names.add(String.valueOf(name)));
        }
        return names;
    }

    boolean isLoss() {
        return cursor == null;
    }

    /** Its place, or 0 for a loss. */
    long position() {
        Cursor parsed = cursor == null ? null : Cursor.parse(cursor);
        return parsed == null ? 0 : parsed.position();
    }

    /** Whether it is for somebody who is in these rooms. */
    boolean isFor(Set<String> member) {
        return (rooms.isEmpty() || rooms.stream().anyMatch(member::contains))
                && except.stream().noneMatch(member::contains);
    }
}
