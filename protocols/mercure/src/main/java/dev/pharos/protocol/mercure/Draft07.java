package dev.pharos.protocol.mercure;

import dev.pharos.auth.Challenge;
import dev.pharos.auth.RefusedException;
import dev.pharos.http.Headers;
import dev.pharos.http.Parameters;
import dev.pharos.http.Response;
import dev.pharos.hub.SelectorLanguage;
import dev.pharos.url.Url;
import java.util.Set;

/** Draft 07, which hubs up to version 0.24 speak and nearly all clients. */
record Draft07() implements Draft {

    /** The one of the draft, older ones, and what polyfills of EventSource send. */
    private static final Set<String> CURSOR_NAMES =
            Set.of("lastEventID", "Last-Event-ID", "lastEventId", "last_event_id");

    @Override
    public String methods() {
        return "GET, HEAD, POST, OPTIONS";
    }

    @Override
    public Set<Matcher> matchers(Parameters url, Parameters body) {
        Set<Matcher> matchers = Draft.none();
        Draft.collect(matchers, url, "topic", "");
        if (matchers.isEmpty()) {
            throw new BadRequestException("Missing \"topic\" parameter");
        }
        return matchers;
    }

    @Override
    public SelectorLanguage language(Url hubUrl) {
        return SelectorLanguage.TEMPLATES;
    }

    @Override
    public Set<String> cursorNames() {
        return CURSOR_NAMES;
    }

    @Override
    public String cursorField() {
        return "Last-Event-ID";
    }

    @Override
    public void checkTopic(String topic, ReservedNamespace reserved) {
        if (reserved.contains(topic)) {
            throw new BadRequestException(403, "a topic is within the hub's own path, which is reserved");
        }
    }

    @Override
    public void checkId(String id) {
        if (id.startsWith("#")) {
            throw new BadRequestException("the id begins with '#', which is reserved for the hub");
        }
    }

    @Override
    public void checkType(String type) {
        // Every event has its own checks, which are all that this draft asks for.
    }

    @Override
    public Response refusal(RefusedException refused, MercureOptions options, Url hubUrl) {
        Response answer = Challenge.BEARER.answer(refused);
        int status = switch (refused.reason()) {
            case MISSING, INVALID_TOKEN, INVALID_REQUEST -> 401;
            case INSUFFICIENT -> options.forbidden();
            case LIMITED, UNAVAILABLE -> answer.status();
        };
        return new Response(status, answer.headers(), answer.body());
    }

    @Override
    public String idMediaType() {
        return "text/plain";
    }

    @Override
    public SubscriptionDocuments documents() {
        return SubscriptionDocuments.DRAFT_07;
    }

    @Override
    public Headers listHeaders(Url hubUrl, String lastEventId) {
        return Headers.of("Link", "<" + hubUrl.path() + ">; rel=\"mercure\"", "ETag", SubscriptionApi.tag(lastEventId));
    }
}
