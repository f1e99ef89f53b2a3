package dev.pharos.protocol.sockjs;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the last segment of a session's URL may be, and the method that goes with it. */
enum Transport {
    WEBSOCKET("websocket", "GET"),
    XHR("xhr", "POST"),
    XHR_STREAMING("xhr_streaming", "POST"),
    XHR_SEND("xhr_send", "POST"),
    EVENT_SOURCE("eventsource", "GET"),
    HTML_FILE("htmlfile", "GET"),
    JSONP("jsonp", "GET"),
    JSONP_SEND("jsonp_send", "POST");

    private static final Map<String, Transport> BY_SEGMENT = new HashMap<>();

    static {
        for (Transport transport : values()) {
            BY_SEGMENT.put(transport.segment, transport);
        }
    }

    private final String segment;
    private final String method;

    Transport(String segment, String method) {
        this.segment = segment;
        this.method = method;
    }

    /** The transport of a segment, or null. */
    static @Nullable Transport of(String segment) {
        return BY_SEGMENT.get(segment);
    }

    /** The one method it takes, beside OPTIONS. */
    String method() {
        return method;
    }
}
