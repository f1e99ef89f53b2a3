package dev.pharos.server;

import dev.pharos.protocol.socketio.Arguments;
import dev.pharos.protocol.socketio.SocketPackets;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * An argument of a socket's event as fields of a command of {@code pharos.v1}.
 *
 * <p>The event's name stands for {@code type}, and a reference of {@link SocketIoGateway} for the client's own {@code ref}, so
 * that neither is among the fields.
 *
 * @param json the fields as they are in an object, without its braces; maybe none
 * @param ref the client's own reference as JSON, or null
 */
record CommandFields(String json, @Nullable String ref) {

    private static final CommandFields NONE = new CommandFields("", null);
    private static final String TYPE = "type";
    private static final String REF = "ref";
    private static final int MOST_REF = 128;

    /** For texts that were checked before; names of clients are not remembered. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .build();

    /** An argument that no command has; the message is for the client. */
    static final class NoFieldsException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private NoFieldsException(String sentence) {
            super(sentence, null, false, false);
        }
    }

    /** Of a command of this type; none if the argument is not there. */
    static CommandFields of(Arguments arguments, int index, String type) {
        if (arguments.size() <= index) {
            return NONE;
        }
        String what = "argument " + (index + 1) + " of '" + type + "'";
        if (!(arguments.get(index) instanceof Map<?, ?> given)) {
            throw new NoFieldsException(what + " is an object");
        }
        if (!given.containsKey(TYPE) && !given.containsKey(REF)) {
            return new CommandFields(withoutBraces(arguments.json(index)), null);
        }
        Object named = given.get(TYPE);
        if (named != null && !named.equals(type)) {
            throw new NoFieldsException(what + " has another 'type', but the name of the event says what it is");
        }
        return new CommandFields(withoutBraces(withoutOwn(arguments.json(index))), ref(given.get(REF), what));
    }

    private static @Nullable String ref(@Nullable Object ref, String what) {
        if (ref == null) {
            return null;
        }
        if (!(ref instanceof String text) || text.length() > MOST_REF) {
            throw new NoFieldsException(what + ": 'ref' is a string of up to " + MOST_REF + " characters");
        }
        return new String(SocketPackets.json(text), StandardCharsets.UTF_8);
    }

    private static String withoutBraces(String object) {
        return object.substring(1, object.length() - 1).strip();
    }

    private static String withoutOwn(String object) {
        StringWriter out = new StringWriter(object.length());
        try (JsonParser from = FACTORY.createParser(ObjectReadContext.empty(), object);
                JsonGenerator to = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            from.nextToken();
            to.writeStartObject();
            while (from.nextToken() == JsonToken.PROPERTY_NAME) {
                if (from.currentName().equals(TYPE) || from.currentName().equals(REF)) {
                    from.nextToken();
                    from.skipChildren();
                } else {
                    to.copyCurrentStructure(from);
                }
            }
            to.writeEndObject();
        }
        return out.toString();
    }
}
