package dev.pharos.client;

import dev.pharos.log.Event;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Makes lines of text into events in their JSON shape, one a line: all alike but for their data. Immutable.
 */
public final class LineFormat {

    private static final byte[] END = "\"}\n".getBytes(StandardCharsets.US_ASCII);

    private final byte[] head;

    /** Events like {@code template}, whose id and data are not used. */
    public LineFormat(Event template) {
        StringBuilder json = new StringBuilder("{\"topics\":[");
        for (String topic : template.topics()) {
            json.append(json.charAt(json.length() - 1) == '[' ? "" : ",").append(quoted(topic));
        }
        json.append(']');
        member(json, "type", template.type());
        member(json, "key", template.key());
        if (template.isPrivate()) {
            json.append(",\"private\":true");
        }
        if (template.retry() >= 0) {
            json.append(",\"retry\":").append(template.retry());
        }
        json.append(",\"data\":\"");
        head = json.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** One event with its line end, in UTF-8. */
    byte[] json(String data) {
        byte[] quoted = JsonStringEncoder.getInstance().quoteAsUTF8(data);
        byte[] json = new byte[head.length + quoted.length + END.length];
        System.arraycopy(head, 0, json, 0, head.length);
        System.arraycopy(quoted, 0, json, head.length, quoted.length);
        System.arraycopy(END, 0, json, head.length + quoted.length, END.length);
        return json;
    }

    private static void member(StringBuilder json, String name, @Nullable String value) {
        if (value != null) {
            json.append(",\"").append(name).append("\":").append(quoted(value));
        }
    }

    private static String quoted(String text) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + '"';
    }
}
