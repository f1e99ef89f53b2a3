package dev.pharos.protocol.mercure;

import dev.pharos.auth.RefusedException;
import dev.pharos.http.Headers;
import dev.pharos.http.LastEventId;
import dev.pharos.http.Parameters;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.hub.InvalidSelectorException;
import dev.pharos.hub.Limits;
import dev.pharos.hub.SelectorLanguage;
import dev.pharos.hub.Selectors;
import dev.pharos.hub.Utf8;
import dev.pharos.url.Url;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What one draft of the protocol has of its own. Immutable. */
sealed interface Draft permits Draft07, Draft08 {

    int MOST_PARAMETERS = 1_000;
    int MOST_CURSOR = 4_096;

    /** The methods of the hub's URL. */
    String methods();

    /** The matchers that a request names, each once. */
    Set<Matcher> matchers(Parameters url, Parameters body);

    /** How matchers are read. */
    SelectorLanguage language(Url hubUrl);

    /** The names by which a cursor may come in a query. */
    Set<String> cursorNames();

    /** The field of the answer that tells where a stream begins. */
    String cursorField();

    /** Refuses topics that nobody may publish to. */
    void checkTopic(String topic, ReservedNamespace reserved);

    /** Refuses ids that would disturb readers. */
    void checkId(String id);

    /** Refuses types that would disturb readers. */
    void checkType(String type);

    /** The answer to a request that is not permitted. */
    Response refusal(RefusedException refused, MercureOptions options, Url hubUrl);

    /** The media type of the answer to a publish. */
    String idMediaType();

    /** How subscriptions are told. */
    SubscriptionDocuments documents();

    /** The fields that lead to the hub from a list of subscriptions that was up to date at an event. */
    Headers listHeaders(Url hubUrl, String lastEventId);

    /** The parts of the parameters and the head that say what to read. */
    default Wish wish(Request request, Parameters url, Parameters body, Limits limits, Url hubUrl) {
        Set<Matcher> matchers = matchers(url, body);
        if (matchers.size() > limits.selectors()) {
            throw new BadRequestException("there are %d topic selectors, but a subscription has at most %d"
                    .formatted(matchers.size(), limits.selectors()));
        }
        Selectors.Builder selectors = new Selectors.Builder();
        SelectorLanguage language = language(hubUrl);
        for (Matcher matcher : matchers) {
            if (Utf8.isLonger(matcher.text(), limits.selectorBytes())) {
                throw new BadRequestException("a topic selector has more than " + limits.selectorBytes() + " bytes");
            }
            try {
                language.add(selectors, matcher.type(), matcher.text());
            } catch (InvalidSelectorException invalid) {
                throw new BadRequestException(String.valueOf(invalid.getMessage()));
            }
        }
        return new Wish(selectors.build(), List.copyOf(matchers), cursor(request, url, body));
    }

    private @Nullable String cursor(Request request, Parameters url, Parameters body) {
        String cursor = LastEventId.of(request);
        if (cursor == null || cursor.isEmpty()) {
            String named = named(url);
            if (named == null || named.isEmpty()) {
                String inBody = named(body);
                named = inBody == null ? named : inBody;
            }
            cursor = named == null ? cursor : named;
        }
        if (cursor != null && cursor.length() > MOST_CURSOR) {
            throw new BadRequestException("the last event id has more than " + MOST_CURSOR + " characters");
        }
        return cursor;
    }

    /** The last that is not empty: what a polyfill appends to its URL is newer than what was there. */
    private @Nullable String named(Parameters parameters) {
        String[] last = new String[1];
        parameters.forEach((name, value) -> {
            if (cursorNames().contains(name) && (last[0] == null || !value.isEmpty())) {
                last[0] = value;
            }
        });
        return last[0];
    }

    /** The values of a name as matchers of a type. */
    static void collect(Set<Matcher> into, Parameters parameters, String name, String type) {
        for (String text : parameters.all(name)) {
            into.add(new Matcher(type, text));
        }
    }

    /** A set that keeps the order of the request. */
    static Set<Matcher> none() {
        return new LinkedHashSet<>();
    }
}
