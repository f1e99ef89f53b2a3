package dev.pharos.protocol.events;

import java.util.ArrayList;
import java.util.List;

/**
 * A reader of event streams as the standard has it (WHATWG HTML section 9.2.6), which also notes what dispatches nothing.
 */
final class StandardReader {

    /** What a page's listener would get. */
    record Message(String type, String data, String lastEventId) {}

    final List<Message> messages = new ArrayList<>();
    final List<String> comments = new ArrayList<>();
    /** Blank lines that dispatched nothing; lenient readers would give an empty message. */
    int emptyBlocks;
    /** What the reader would send when it reconnects. */
    String lastEventId = "";

    long retry = -1;

    private String pending = "";
    private String idBuffer = "";
    private String type = "";
    private final StringBuilder data = new StringBuilder();

    /** Reads a whole stream. */
    static StandardReader of(String stream) {
        StandardReader reader = new StandardReader();
        reader.read(stream);
        return reader;
    }

    /** Reads what comes next; lines end with LF. */
    void read(String part) {
        String text = pending + part;
        int from = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
            line(text.substring(from, end));
            from = end + 1;
        }
        pending = text.substring(from);
    }

    /** The data of all messages. */
    List<String> data() {
        return messages.stream().map(Message::data).toList();
    }

    private void line(String line) {
        if (line.isEmpty()) {
            dispatch();
            return;
        }
        int colon = line.indexOf(':');
        if (colon == 0) {
            comments.add(line.substring(1).strip());
            return;
        }
        String field = colon < 0 ? line : line.substring(0, colon);
        String value = colon < 0 ? "" : line.substring(colon + 1);
        value = value.startsWith(" ") ? value.substring(1) : value;
        switch (field) {
            case "event" -> type = value;
            case "data" -> data.append(value).append('\n');
            case "id" -> idBuffer = value.indexOf(0) < 0 ? value : idBuffer;
            case "retry" -> retry = value.matches("[0-9]+") ? Long.parseLong(value) : retry;
            default -> {}
        }
    }

    private void dispatch() {
        lastEventId = idBuffer;
        if (data.isEmpty()) {
            emptyBlocks++;
        } else {
            data.setLength(data.length() - 1);
            messages.add(new Message(type.isEmpty() ? "message" : type, data.toString(), lastEventId));
        }
        data.setLength(0);
        type = "";
    }
}
