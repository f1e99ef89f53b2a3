package dev.pharos.protocol.mercure;

import dev.pharos.auth.Challenge;
import dev.pharos.auth.RefusedException;
import dev.pharos.http.Headers;
import dev.pharos.http.LastEventId;
import dev.pharos.http.Parameters;
import dev.pharos.http.Response;
import dev.pharos.hub.SelectorLanguage;
import dev.pharos.hub.Selectors;
import dev.pharos.hub.VisibleText;
import dev.pharos.log.Event;
import dev.pharos.url.MatchTypes;
import dev.pharos.url.Url;
import java.util.List;
import java.util.Set;

/** Draft 08, which hubs from version 1.0 speak. */
record Draft08() implements Draft {

    /** The type of the hub's own events. */
    static final String HUB_TYPE = "mercure";

    private static final String NAMESPACE = "match";
    /** The one of the draft, and what polyfills of EventSource send. */
    private static final Set<String> CURSOR_NAMES = Set.of("last_event_id", "lastEventId");

    @Override
    public String methods() {
        return "GET, HEAD, QUERY, POST, OPTIONS";
    }

    @Override
    public Set<Matcher> matchers(Parameters url, Parameters body) {
        Set<Matcher> matchers = Draft.none();
        for (Parameters parameters : List.of(url, body)) {
            for (String name : parameters.names()) {
                if (name.regionMatches(true, 0, NAMESPACE, 0, NAMESPACE.length())) {
                    Draft.collect(matchers, parameters, name, type(name));
                }
            }
        }
        if (matchers.isEmpty()) {
            throw new BadRequestException("there is no 'match', 'match_exact' or 'match_urlpattern' parameter");
        }
        return matchers;
    }

    private static String type(String name) {
        return switch (name) {
            case "match", "match_exact" -> MatchTypes.EXACT;
            case "match_urlpattern" -> MatchTypes.URL_PATTERN;
            default ->
                throw new BadRequestException(
                        "a parameter begins with 'match' and is none of match, match_exact and match_urlpattern");
        };
    }

    @Override
    public SelectorLanguage language(Url hubUrl) {
        return new MatchTypes(hubUrl);
    }

    @Override
    public Set<String> cursorNames() {
        return CURSOR_NAMES;
    }

    @Override
    public String cursorField() {
        return "Mercure-Last-Event-ID";
    }

    @Override
    public void checkTopic(String topic, ReservedNamespace reserved) {
        visible("topic", topic);
        if (topic.equals(Selectors.ALL)) {
            throw new BadRequestException("the topic '*' is reserved: it matches every topic");
        }
        if (reserved.contains(topic)) {
            throw new BadRequestException("a topic is within the hub's own path, which is reserved");
        }
    }

    @Override
    public void checkId(String id) {
        visible("id", id);
        if (id.startsWith("#") || id.equals(Event.EARLIEST_ID)) {
            throw new BadRequestException("the id begins with '#' or is 'earliest', which are reserved for the hub");
        }
    }

    @Override
    public void checkType(String type) {
        visible("type", type);
        if (type.equals(HUB_TYPE)) {
            throw new BadRequestException("the type 'mercure' is reserved for the hub");
        }
    }

    private static void visible(String field, String value) {
        if (!VisibleText.is(value)) {
            throw new BadRequestException("field '" + field + "' has a control or format character");
        }
    }

    @Override
    public Response refusal(RefusedException refused, MercureOptions options, Url hubUrl) {
        return new Challenge("resource_metadata=\"" + hubUrl.origin() + Metadata.path(hubUrl.path()) + "\"")
                .answer(refused);
    }

    @Override
    public String idMediaType() {
        return "text/plain; charset=utf-8";
    }

    @Override
    public SubscriptionDocuments documents() {
        return SubscriptionDocuments.DRAFT_08;
    }

    @Override
    public Headers listHeaders(Url hubUrl, String lastEventId) {
        String quoted = LastEventId.encoded(lastEventId).replace("\\", "\\\\").replace("\"", "\\\"");
        return Headers.of(
                "Link",
                "<" + hubUrl.path() + ">; rel=\"mercure\"; last-event-id=\"" + quoted
                        + "\"; type=\"mercure\"; content-type=\"application/json\"",
                "ETag",
                '"' + SubscriptionApi.tag(lastEventId) + '"');
    }
}
