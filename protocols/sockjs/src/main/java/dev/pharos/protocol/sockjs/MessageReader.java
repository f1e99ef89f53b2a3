package dev.pharos.protocol.sockjs;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * The reader of what a client sends: a JSON array of strings, each of them a message, or one string. Stateless.
 *
 * <p>It takes memory in proportion to its input, whose size the caller bounds. A string may have lone surrogates, which
 * JavaScript allows; UTF-8 may not.
 */
final class MessageReader {

    /** Beyond this many messages at once an array is refused. */
    static final int MOST_MESSAGES = 16_384;

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(1)
                    .maxNumberLength(32)
                    .maxNameLength(32)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private MessageReader() {}

    /** Reads the body of a request. */
    static List<String> read(byte[] utf8) throws BadPayloadException {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException notUtf8) {
            throw BadPayloadException.broken();
        }
        return read(text);
    }

    /** Reads a text; one that is empty has no messages. */
    static List<String> read(String text) throws BadPayloadException {
        List<String> messages = new ArrayList<>();
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
            JsonToken first = json.nextToken();
            if (first == JsonToken.VALUE_STRING) {
                messages.add(json.getString());
            } else if (first == JsonToken.START_ARRAY) {
                for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
                    if (token != JsonToken.VALUE_STRING || messages.size() == MOST_MESSAGES) {
                        throw BadPayloadException.broken();
                    }
                    messages.add(json.getString());
                }
            } else if (first != null) {
                throw BadPayloadException.broken();
            }
            if (first != null && json.nextToken() != null) {
                throw BadPayloadException.broken();
            }
        } catch (JacksonException broken) {
            throw BadPayloadException.broken();
        }
        return messages;
    }
}
