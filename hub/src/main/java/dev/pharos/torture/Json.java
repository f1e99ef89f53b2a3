package dev.pharos.torture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** A JSON object: its members are texts, {@code Json}s, or lists of these; numbers and literals are texts, too. */
record Json(Map<String, Object> members) {

    private static final JsonFactory FACTORY = new JsonFactory();

    /** Reads what a hub wrote. */
    static Json of(String text) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            parser.nextToken();
            if (value(parser) instanceof Json json) {
                return json;
            }
        } catch (JacksonException wrong) {
            throw new Violation("the hub wrote what is not JSON: " + text, wrong);
        }
        throw new Violation("the hub wrote what is no JSON object: " + text);
    }

    private static Object value(JsonParser parser) {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            Map<String, Object> members = new LinkedHashMap<>();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                members.put(name, value(parser));
            }
            return new Json(members);
        }
        if (parser.currentToken() == JsonToken.START_ARRAY) {
            List<Object> values = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                values.add(value(parser));
            }
            return values;
        }
        return String.valueOf(parser.getString());
    }

    /** A text as JSON has it. */
    static String text(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    @Nullable
    String find(String name) {
        return members.get(name) instanceof String text ? text : null;
    }

    String get(String name) {
        if (members.get(name) instanceof String text) {
            return text;
        }
        throw new Violation("the hub left out '" + name + "': " + members);
    }

    Json object(String name) {
        if (members.get(name) instanceof Json json) {
            return json;
        }
        throw new Violation("the hub left out '" + name + "': " + members);
    }

    List<Json> objects(String name) {
        if (members.get(name) instanceof List<?> list) {
            return list.stream().map(Json.class::cast).toList();
        }
        throw new Violation("the hub left out '" + name + "': " + members);
    }
}
