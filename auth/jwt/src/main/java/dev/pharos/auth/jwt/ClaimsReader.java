package dev.pharos.auth.jwt;

import dev.pharos.auth.RefusedException;
import dev.pharos.auth.jwt.Claims.Detail;
import dev.pharos.auth.jwt.Claims.Match;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the claims of a token (RFC 7519 section 4), of those about topics the kind that its profile names. Refuses what is
 * not of the right type, so that nothing is granted by half of a token.
 */
final class ClaimsReader {

    private static final String NOT_JSON = "the token's claims are not a JSON object";
    private static final double MOST_SECONDS = 1e12;

    private final JsonParser json;
    private final TokenProfile profile;

    private @Nullable String issuer;
    private @Nullable String subject;
    private List<String> audience = List.of();
    private @Nullable Long expiresAt;
    private @Nullable Long notBefore;
    private List<Detail> details = List.of();

    private ClaimsReader(JsonParser json, TokenProfile profile) {
        this.json = json;
        this.profile = profile;
    }

    /**
     * Reads claims.
     *
     * @throws RefusedException when they are malformed
     */
    static Claims read(byte[] text, TokenProfile profile) {
        try (JsonParser json = Json.parser(text)) {
            return new ClaimsReader(json, profile).claims();
        } catch (JacksonException malformed) {
            throw Jws.invalid(NOT_JSON);
        }
    }

    private Claims claims() {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw Jws.invalid(NOT_JSON);
        }
        boolean namespaced = false;
        for (String name = json.nextName(); name != null; name = json.nextName()) {
            json.nextToken();
            switch (name) {
                case "iss" -> issuer = string("iss");
                case "sub" -> subject = string("sub");
                case "aud" ->
                    audience = json.currentToken() == JsonToken.VALUE_STRING
                            ? List.of(json.getString())
                            : strings("aud", 100);
                case "exp" -> expiresAt = time("exp");
                case "nbf" -> notBefore = time("nbf");
                case MercureClaim.NAME -> {
                    if (profile.hasMercureClaim() && !namespaced) {
                        details = mercure(name);
                    } else {
                        json.skipChildren();
                    }
                }
                case MercureClaim.NAMESPACED -> {
                    if (profile.hasMercureClaim()) {
                        details = mercure(name);
                        namespaced = true;
                    } else {
                        json.skipChildren();
                    }
                }
                case DetailsReader.NAME -> {
                    if (profile.hasMercureClaim()) {
                        json.skipChildren();
                    } else {
                        details = new DetailsReader(json).details();
                    }
                }
                default -> json.skipChildren();
            }
        }
        if (json.nextToken() != null) {
            throw Jws.invalid(NOT_JSON);
        }
        return new Claims(issuer, subject, audience, expiresAt, notBefore, details);
    }

    private List<Detail> mercure(String name) {
        MercureClaim claim = new MercureClaim();
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return List.of();
        }
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw Jws.invalid("the token's claim '" + name + "' is not an object");
        }
        for (String field = json.nextName(); field != null; field = json.nextName()) {
            json.nextToken();
            switch (field) {
                case "publish" -> claim.publish = strings(name + ".publish", MercureClaim.MOST);
                case "subscribe" -> claim.subscribe = strings(name + ".subscribe", MercureClaim.MOST);
                case "payload" -> claim.payload = json.currentToken() == JsonToken.VALUE_NULL ? null : Json.copy(json);
                default -> json.skipChildren();
            }
        }
        return claim.details();
    }

    private @Nullable String string(String name) {
        return switch (json.currentToken()) {
            case VALUE_STRING -> json.getString();
            case VALUE_NULL -> null;
            default -> throw Jws.invalid("the token's claim '" + name + "' is not a string");
        };
    }

    private List<String> strings(String name, int most) {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return List.of();
        }
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw Jws.invalid("the token's claim '" + name + "' is not an array");
        }
        List<String> texts = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.VALUE_STRING) {
                throw Jws.invalid("the token's claim '" + name + "' holds something that is not a string");
            }
            texts.add(json.getString());
            if (texts.size() > most) {
                throw Jws.invalid("the token's claim '" + name + "' has more than " + most + " entries");
            }
        }
        return texts;
    }

    /** A time in seconds, maybe with a fraction (RFC 7519 section 2, "NumericDate"). */
    private Long time(String name) {
        double value = json.currentToken().isNumeric() ? json.getDoubleValue() : Double.NaN;
        if (!Double.isFinite(value)) {
            throw Jws.invalid("the token's claim '" + name + "' is not a number of seconds");
        }
        double seconds = Math.clamp(value, -MOST_SECONDS, MOST_SECONDS);
        return (long) Math.floor(seconds * 1_000);
    }

    /** The claim of draft 07. */
    private static final class MercureClaim {

        static final String NAME = "mercure";
        static final String NAMESPACED = "https://mercure.rocks/";
        static final int MOST = 1_000;

        private List<String> publish = List.of();
        private List<String> subscribe = List.of();
        private @Nullable String payload;

        List<Detail> details() {
            return List.of(
                    new Detail(true, false, matches(publish), null),
                    new Detail(false, true, matches(subscribe), payload));
        }

        private static List<Match> matches(List<String> texts) {
            return texts.stream().map(text -> new Match("", text)).toList();
        }
    }
}
