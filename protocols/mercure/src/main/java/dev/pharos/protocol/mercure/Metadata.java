package dev.pharos.protocol.mercure;

import dev.pharos.auth.TokenSources;
import dev.pharos.http.Headers;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import dev.pharos.url.MatchTypes;
import dev.pharos.url.Url;
import java.util.List;

/** What the hub tells about itself as a protected resource (RFC 9728), in draft 08. */
final class Metadata {

    private static final String WELL_KNOWN = "/.well-known/oauth-protected-resource";
    private static final Headers JSON = Headers.of("Content-Type", "application/json", "Cache-Control", "no-cache");

    private Metadata() {}

    /** Where it is, for a hub at a path. */
    static String path(String hubPath) {
        return WELL_KNOWN + hubPath;
    }

    static Response answer(Request request, MercureOptions options, TokenSources tokens, Url hubUrl) {
        if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            return Response.text(405, "the method is none of GET, HEAD").with("Allow", "GET, HEAD");
        }
        return new Response(200, JSON, Json.object(json -> {
            json.writeStringProperty("resource", hubUrl.href());
            Json.strings(json, "authorization_servers", options.authorizationServers());
            Json.strings(
                    json,
                    "authorization_details_types_supported",
                    List.of("https://mercure.rocks/authorization-detail"));
            Json.strings(json, "bearer_methods_supported", List.of("header"));
            if (!tokens.cookies().isEmpty()) {
                json.writeStringProperty("mercure_cookie", tokens.cookies().getFirst());
            }
            Json.strings(json, "mercure_matcher_types_supported", List.of(MatchTypes.EXACT, MatchTypes.URL_PATTERN));
            if (options.subscriptions()) {
                json.writeBooleanProperty("mercure_subscriptions", true);
            }
        }));
    }
}
