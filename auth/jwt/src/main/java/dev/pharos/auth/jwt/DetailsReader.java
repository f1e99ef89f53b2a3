package dev.pharos.auth.jwt;

import dev.pharos.auth.jwt.Claims.Detail;
import dev.pharos.auth.jwt.Claims.Match;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads the claim {@code authorization_details} (RFC 9396) as Mercure's draft 08 uses it. A bad part spoils the whole. */
final class DetailsReader {

    static final String NAME = "authorization_details";
    static final String TYPE = "https://mercure.rocks/authorization-detail";

    private static final int MOST_DETAILS = 100;
    private static final int MOST_TOPICS = 100;

    private final JsonParser json;
    private int topicCount;

    DetailsReader(JsonParser json) {
        this.json = json;
    }

    List<Detail> details() {
        expect(JsonToken.START_ARRAY, "is not an array");
        List<Detail> details = new ArrayList<>();
        for (int count = 1; json.nextToken() != JsonToken.END_ARRAY; count++) {
            if (count > MOST_DETAILS) {
                throw bad("has more than " + MOST_DETAILS + " entries");
            }
            expect(JsonToken.START_OBJECT, "holds something that is not an object");
            Detail detail = detail();
            if (detail != null) {
                details.add(detail);
            }
        }
        return details;
    }

    /** One entry, or null when it is of another type. Its fields may come in any order, so it is read twice. */
    private @Nullable Detail detail() {
        String text = Json.copy(json);
        try (JsonParser first = Json.parser(text)) {
            if (!TYPE.equals(type(first))) {
                return null;
            }
        }
        try (JsonParser second = Json.parser(text)) {
            DetailsReader own = new DetailsReader(second);
            own.topicCount = topicCount;
            Detail detail = own.ours();
            topicCount = own.topicCount;
            return detail;
        }
    }

    private static String type(JsonParser entry) {
        entry.nextToken();
        for (String name = entry.nextName(); name != null; name = entry.nextName()) {
            boolean isString = entry.nextToken() == JsonToken.VALUE_STRING;
            if (name.equals("type")) {
                if (!isString) {
                    throw bad("has an entry whose 'type' is not a string");
                }
                return entry.getString();
            }
            entry.skipChildren();
        }
        throw bad("has an entry without 'type'");
    }

    private Detail ours() {
        boolean publish = false;
        boolean subscribe = false;
        boolean hasActions = false;
        List<Match> topics = List.of();
        String payload = null;
        json.nextToken();
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            switch (name) {
                case "actions" -> {
                    List<String> actions = actions();
                    hasActions = !actions.isEmpty();
                    publish = actions.contains("publish");
                    subscribe = actions.contains("subscribe");
                }
                case "topics" -> topics = topics();
                case "payload" -> {
                    expect(JsonToken.START_OBJECT, "has a 'payload' that is not an object");
                    payload = Json.copy(json);
                }
                default -> json.skipChildren();
            }
        }
        if (!hasActions) {
            throw bad("has an entry without 'actions'");
        }
        if (topics.isEmpty()) {
            throw bad("has an entry without 'topics'");
        }
        return new Detail(publish, subscribe, topics, payload);
    }

    private List<String> actions() {
        expect(JsonToken.START_ARRAY, "has 'actions' that are not an array");
        List<String> actions = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(JsonToken.VALUE_STRING, "has an action that is not a string");
            String action = json.getString();
            if (action.isEmpty()) {
                throw bad("has an empty action");
            }
            actions.add(action);
        }
        return actions;
    }

    private List<Match> topics() {
        expect(JsonToken.START_ARRAY, "has 'topics' that are not an array");
        List<Match> topics = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (++topicCount > MOST_TOPICS) {
                throw bad("has more than " + MOST_TOPICS + " topics");
            }
            expect(JsonToken.START_OBJECT, "has a topic that is not an object");
            topics.add(topic());
        }
        return topics;
    }

    private Match topic() {
        String match = "";
        String type = "exact";
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            switch (name) {
                case "match" -> {
                    expect(JsonToken.VALUE_STRING, "has a 'match' that is not a string");
                    match = json.getString();
                }
                case "match_type" -> {
                    expect(JsonToken.VALUE_STRING, "has a 'match_type' that is not a string");
                    type = json.getString();
                }
                default -> json.skipChildren();
            }
        }
        if (match.isEmpty()) {
            throw bad("has a topic without 'match'");
        }
        return new Match(type, match);
    }

    private void expect(JsonToken token, String otherwise) {
        if (json.currentToken() != token) {
            throw bad(otherwise);
        }
    }

    private static RuntimeException bad(String what) {
        return Jws.invalid("the token's claim '" + NAME + "' " + what);
    }
}
