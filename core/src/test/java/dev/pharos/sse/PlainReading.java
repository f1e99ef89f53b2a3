package dev.pharos.sse;

import java.util.ArrayList;
import java.util.List;

/** What an event stream says, read as a whole text, sentence by sentence of WHATWG HTML, section 9.2.6. */
final class PlainReading {

    private final List<String> calls = new ArrayList<>();
    private String data = "";
    private String type = "";
    private String idBuffer = "";
    private String lastEventId = "";

    static List<String> of(String stream) {
        PlainReading reading = new PlainReading();
        String text = stream.startsWith("\uFEFF") ? stream.substring(1) : stream;
        String[] lines = text.replace("\r\n", "\n").replace('\r', '\n').split("\n", -1);
        for (int i = 0; i < lines.length - 1; i++) {
            reading.line(lines[i]);
        }
        return reading.calls;
    }

    private void line(String line) {
        int colon = line.indexOf(':');
        if (line.isEmpty()) {
            dispatch();
        } else if (colon == 0) {
            calls.add("comment [" + line.substring(1) + "]");
        } else if (colon > 0) {
            String value = line.substring(colon + 1);
            field(line.substring(0, colon), value.startsWith(" ") ? value.substring(1) : value);
        } else {
            field(line, "");
        }
    }

    private void field(String name, String value) {
        switch (name) {
            case "event" -> type = value;
            case "data" -> data += value + "\n";
            case "id" -> idBuffer = value.contains("\0") ? idBuffer : value;
            case "retry" -> {
                if (value.matches("[0-9]{1,18}")) {
                    calls.add("retry " + Long.parseLong(value));
                }
            }
            default -> {}
        }
    }

    private void dispatch() {
        boolean moved = !idBuffer.equals(lastEventId);
        lastEventId = idBuffer;
        if (!data.isEmpty()) {
            calls.add("event [" + (type.isEmpty() ? "message" : type) + "] [" + data.substring(0, data.length() - 1)
                    + "] [" + lastEventId + "]");
        } else if (moved) {
            calls.add("id [" + lastEventId + "]");
        }
        data = "";
        type = "";
    }
}
