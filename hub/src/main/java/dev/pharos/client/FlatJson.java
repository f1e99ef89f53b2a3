package dev.pharos.client;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The scalar members of one JSON object, as text; members that are objects or arrays are left out. */
final class FlatJson {

    private static final JsonFactory FACTORY = new JsonFactory();

    private final Map<String, String> members;

    private FlatJson(Map<String, String> members) {
        this.members = members;
    }

    /** Reads {@code text}; null when it is not a JSON object. */
    static @Nullable FlatJson of(String text) {
        Map<String, String> members = new HashMap<>();
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value.isStructStart()) {
                    parser.skipChildren();
                } else if (value != JsonToken.VALUE_NULL) {
                    members.put(name, parser.getString());
                }
            }
            return new FlatJson(members);
        } catch (JacksonException e) {
            return null;
        }
    }

    @Nullable
    String text(String name) {
        return members.get(name);
    }

    /** A number, or {@code otherwise} when it is missing or none. */
    double number(String name, double otherwise) {
        String text = members.get(name);
        if (text == null) {
            return otherwise;
        }
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }
}
