package dev.pharos.server;

import dev.pharos.log.Cursor;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A frame of the gateway that is no event.
 *
 * @param ref what it answers, or null
 * @param json the frame without its reference, which the client does not know
 */
record GatewayFrame(String type, @Nullable String ref, String json) {

    private static final JsonFactory FACTORY = new JsonFactory();

    private static final String TYPE = "{\"type\":\"";
    private static final String REF_NAME = "\"ref\":";
    private static final String REF = REF_NAME + "\"";

    /** The gateway writes {@code type} first, and references of {@link SocketIoGateway}, which are numbers. */
    static GatewayFrame of(String frame) {
        String type = frame.substring(TYPE.length(), frame.indexOf('"', TYPE.length()));
        int at = frame.indexOf("," + REF);
        if (at < 0) {
            return new GatewayFrame(type, null, frame);
        }
        int begin = at + 1 + REF.length();
        int end = frame.indexOf('"', begin);
        return new GatewayFrame(type, frame.substring(begin, end), frame.substring(0, at) + frame.substring(end + 1));
    }

    /** This with the client's own reference, given as JSON. */
    GatewayFrame referringTo(String own) {
        return new GatewayFrame(type, ref, json.substring(0, json.length() - 1) + "," + REF_NAME + own + "}");
    }

    /** A client that asked for no acknowledgement is told of errors only. */
    boolean isForSomebody() {
        return ref == null || type.equals("error");
    }

    /** Whether it says that a subscription is open, and nothing is missing. */
    boolean isResumed() {
        return type.equals("subscribed") && "resumed".equals(text("state"));
    }

    /** The subscription it is about, or null. */
    @Nullable
    String subscription() {
        return text("subscription");
    }

    /** The position of its {@code lastEventId}, or 0 when there is none. */
    long position() {
        String text = text("lastEventId");
        Cursor cursor = text == null ? null : Cursor.parse(text);
        return cursor == null ? 0 : cursor.position();
    }

    private @Nullable String text(String name) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), json)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean isIt = parser.currentName().equals(name);
                if (parser.nextToken().isStructStart()) {
                    parser.skipChildren();
                } else if (isIt) {
                    return parser.getString();
                }
            }
            return null;
        }
    }
}
