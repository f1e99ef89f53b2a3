package dev.pharos.protocol.mercure;

import dev.pharos.http.Headers;
import dev.pharos.http.Parameters;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.log.Cursor;
import dev.pharos.log.Event;
import dev.pharos.log.EventLog;
import dev.pharos.presence.LiveSubscription;
import dev.pharos.presence.Presence;
import dev.pharos.url.MatchTypes;
import dev.pharos.url.Url;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The list of active subscriptions as resources: all, those of a selector, and one. */
final class SubscriptionApi {

    private static final String AFTER = "after";

    private final ActiveSubscriptions active;
    private final Draft draft;
    private final EventLog log;

    SubscriptionApi(ActiveSubscriptions active, Draft draft, EventLog log) {
        this.active = active;
        this.draft = draft;
        this.log = log;
    }

    /**
     * What a path asks for.
     *
     * @param path the path of the resource below the hub's URL, still encoded
     * @param matcher of which selector; null for all
     * @param subscriber of whom; null for all
     */
    record Target(
            String path,
            @Nullable Matcher matcher,
            @Nullable String subscriber) {

        boolean selects(LiveSubscription subscription) {
            return (matcher == null
                            || (matcher.type().equals(subscription.matchType())
                                    && matcher.text().equals(subscription.selector())))
                    && (subscriber == null || subscriber.equals(subscription.subscriber()));
        }
    }

    /**
     * Reads what follows the hub's path.
     *
     * @return null if there is no such resource
     * @throws BadRequestException if it is malformed
     */
    @Nullable
    Target target(Url hubUrl, String suffix) {
        String path = hubUrl.path() + suffix;
        if (suffix.equals(SubscriptionDocuments.SEGMENT)) {
            return new Target(path, null, null);
        }
        String[] parts =
                suffix.substring(SubscriptionDocuments.SEGMENT.length() + 1).split("/", -1);
        boolean typed = draft instanceof Draft08;
        int before = typed ? 1 : 0;
        if (parts.length != before + 1 && parts.length != before + 2) {
            return null;
        }
        String type = typed ? decoded(parts[0]) : "";
        if (typed && !MatchTypes.isMatchType(type)) {
            throw new BadRequestException("there is no such match type; there are exact and urlpattern");
        }
        String subscriber = parts.length == before + 2 ? decoded(parts[before + 1]) : null;
        return new Target(path, new Matcher(type, decoded(parts[before])), subscriber);
    }

    Response answer(Request request, Target target, Url hubUrl) {
        String lastEventId = lastEventId();
        Headers headers = draft.listHeaders(hubUrl, lastEventId)
                .with("Cache-Control", "private, must-revalidate")
                .with("Vary", "Authorization, Cookie");
        if (isKnown(request, String.valueOf(headers.get("ETag")))) {
            return Response.empty(304, headers);
        }
        SubscriptionDocuments documents = draft.documents();
        Headers typed = headers.with("Content-Type", documents.mediaType());
        if (target.subscriber != null) {
            return active.find(target.subscriber, target::selects)
                    .map(found -> new Response(200, typed, documents.single(hubUrl.path(), found, lastEventId)))
                    .orElseGet(() -> Response.text(404, "there is no such subscription now"));
        }
        String after =
                Parameters.ofQuery(request.query(), Draft.MOST_PARAMETERS).first(AFTER);
        Presence.Page page = active.page(target::selects, after);
        byte[] body = documents.collection(hubUrl.path(), target.path, page.subscriptions(), lastEventId);
        return new Response(200, page.next() == null ? typed : typed.with("Link", rest(target, page.next())), body);
    }

    /** Where the list goes on (RFC 8288). */
    private static String rest(Target target, String next) {
        return "<" + target.path + "?" + AFTER + "=" + SubscriptionDocuments.encoded(next) + ">; rel=\"next\"";
    }

    /** The cursor at the end of the log, which every event's reader may send, also when the event has another id. */
    private String lastEventId() {
        long end = log.end();
        return end == 0 ? Event.EARLIEST_ID : new Cursor(log.epoch(), end).toString();
    }

    private static boolean isKnown(Request request, String tag) {
        for (String field : request.headers("If-None-Match")) {
            for (String known : field.split(",", -1)) {
                String name = known.strip();
                if (name.equals("*") || name.equals(tag) || name.equals("W/" + tag) || name.equals('"' + tag + '"')) {
                    return true;
                }
            }
        }
        return false;
    }

    /** An id as the opaque part of an entity tag (RFC 9110 section 8.8.3). */
    static String tag(String id) {
        return SubscriptionDocuments.encoded(id).replace("%3A", ":").replace("%2F", "/");
    }

    /** One segment of a path, whose escapes must be whole and UTF-8. */
    private static String decoded(String segment) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream(segment.length());
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c == '%') {
                int high = i + 2 < segment.length() ? Character.digit(segment.charAt(i + 1), 16) : -1;
                int low = high < 0 ? -1 : Character.digit(segment.charAt(i + 2), 16);
                if (low < 0) {
                    throw new BadRequestException("the path has a broken percent escape");
                }
                octets.write(high << 4 | low);
                i += 2;
            } else {
                octets.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(octets.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadRequestException("the path has a percent escape that is not UTF-8");
        }
    }
}
