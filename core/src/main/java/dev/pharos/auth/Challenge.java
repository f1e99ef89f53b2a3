package dev.pharos.auth;

import dev.pharos.auth.RefusedException.Reason;
import dev.pharos.http.Response;

/**
 * How a refusal is told over HTTP (RFC 6750 section 3).
 *
 * @param parameters what stands behind the scheme in every {@code WWW-Authenticate}, such as
 *     {@code resource_metadata="https://…"}; may be empty
 */
public record Challenge(String parameters) {

    /** The bare scheme. */
    public static final Challenge BEARER = new Challenge("");

    /** The status of a refusal. */
    public static int status(Reason reason) {
        return switch (reason) {
            case MISSING, INVALID_TOKEN -> 401;
            case INSUFFICIENT -> 403;
            case INVALID_REQUEST -> 400;
            case LIMITED -> 429;
            case UNAVAILABLE -> 503;
        };
    }

    /** The answer to a request that was refused. */
    public Response answer(RefusedException refused) {
        return on(Response.text(status(refused.reason()), refused.sentence()), refused);
    }

    /** An answer with what goes with a refusal in its head. */
    public Response on(Response answer, RefusedException refused) {
        return switch (refused.reason()) {
            case MISSING -> challenged(answer, "");
            case INVALID_TOKEN -> challenged(answer, "error=\"invalid_token\"");
            case INSUFFICIENT -> challenged(answer, "error=\"insufficient_scope\"");
            case INVALID_REQUEST -> challenged(answer, "error=\"invalid_request\"");
            case LIMITED, UNAVAILABLE ->
                answer.with("Retry-After", String.valueOf(Math.max(1, refused.retryAfterSeconds())));
        };
    }

    private Response challenged(Response answer, String error) {
        String comma = parameters.isEmpty() || error.isEmpty() ? "" : ", ";
        String all = parameters + comma + error;
        return answer.with("WWW-Authenticate", all.isEmpty() ? "Bearer" : "Bearer " + all);
    }
}
