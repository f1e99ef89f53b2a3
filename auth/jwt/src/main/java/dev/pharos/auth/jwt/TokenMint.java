package dev.pharos.auth.jwt;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.Base64URL;
import dev.pharos.auth.jwt.Claims.Match;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Makes tokens. Not thread-safe; one object for one token. */
public final class TokenMint {

    private final boolean isDraft08;
    private final List<Match> publish = new ArrayList<>();
    private final List<Match> subscribe = new ArrayList<>();
    private @Nullable String payload;
    private @Nullable String subject;
    private @Nullable String issuer;
    private @Nullable String audience;
    private @Nullable String clientId;
    private @Nullable String id;
    private @Nullable Instant issuedAt;
    private @Nullable Instant expiresAt;

    private TokenMint(boolean isDraft08) {
        this.isDraft08 = isDraft08;
    }

    /** A token with the claim {@code mercure}. */
    public static TokenMint draft07() {
        return new TokenMint(false);
    }

    /** An access token with {@code authorization_details}. It needs an issuer, an audience and an end. */
    public static TokenMint draft08() {
        return new TokenMint(true);
    }

    /** Grants publishing. The match type is empty in draft 07; in draft 08 an empty one stands for {@code exact}. */
    public TokenMint publish(String matchType, String selector) {
        publish.add(new Match(matchType, selector));
        return this;
    }

    /** Grants reading private events. */
    public TokenMint subscribe(String matchType, String selector) {
        subscribe.add(new Match(matchType, selector));
        return this;
    }

    /** What presence tells about the holder, in JSON; in draft 08 an object. */
    public TokenMint payload(String json) {
        try (JsonParser value = Json.parser(json)) {
            JsonToken first = value.nextToken();
            value.skipChildren();
            if (first == null || value.nextToken() != null || (isDraft08 && first != JsonToken.START_OBJECT)) {
                throw new IllegalArgumentException("a payload is one JSON " + (isDraft08 ? "object" : "value"));
            }
        } catch (JacksonException malformed) {
            throw new IllegalArgumentException("a payload is JSON", malformed);
        }
        payload = json;
        return this;
    }

    /** Who holds it. */
    public TokenMint subject(String value) {
        subject = value;
        return this;
    }

    /** Who made it. */
    public TokenMint issuer(String value) {
        issuer = value;
        return this;
    }

    /** Which hub it is for. */
    public TokenMint audience(String value) {
        audience = value;
        return this;
    }

    /** The client it was made for (RFC 9068). */
    public TokenMint clientId(String value) {
        clientId = value;
        return this;
    }

    /** What tells it apart from others. */
    public TokenMint id(String value) {
        id = value;
        return this;
    }

    /** When it was made. */
    public TokenMint issuedAt(Instant value) {
        issuedAt = value;
        return this;
    }

    /** When it ends. */
    public TokenMint expiresAt(Instant value) {
        expiresAt = value;
        return this;
    }

    /**
     * The token.
     *
     * @throws IllegalArgumentException when something is missing without which no hub would take it
     */
    public String sign(SigningKey key) {
        if (isDraft08 && (issuer == null || audience == null || expiresAt == null)) {
            throw new IllegalArgumentException("a token of draft 08 needs an issuer, an audience and an end");
        }
        JWSHeader header = key.header()
                .type(isDraft08 ? new JOSEObjectType("at+jwt") : JOSEObjectType.JWT)
                .build();
        String input = header.toBase64URL() + "." + Base64URL.encode(claims());
        return input + "." + key.sign(header, input.getBytes(StandardCharsets.US_ASCII));
    }

    /** The claims in JSON. */
    String claims() {
        return Json.text(json -> {
            json.writeStartObject();
            text(json, "iss", issuer);
            text(json, "sub", subject);
            text(json, "aud", audience);
            text(json, "client_id", clientId);
            text(json, "jti", id);
            time(json, "iat", issuedAt);
            time(json, "exp", expiresAt);
            if (isDraft08) {
                json.writeArrayPropertyStart("authorization_details");
                detail(json, "publish", publish, null);
                detail(json, "subscribe", subscribe, payload);
                json.writeEndArray();
            } else {
                json.writeObjectPropertyStart("mercure");
                selectors(json, "publish", publish);
                selectors(json, "subscribe", subscribe);
                raw(json, payload);
                json.writeEndObject();
            }
            json.writeEndObject();
        });
    }

    private static void selectors(JsonGenerator json, String name, List<Match> matches) {
        if (!matches.isEmpty()) {
            json.writeArrayPropertyStart(name);
            matches.forEach(match -> json.writeString(match.text()));
            json.writeEndArray();
        }
    }

    private static void detail(JsonGenerator json, String action, List<Match> matches, @Nullable String payload) {
        if (matches.isEmpty()) {
            return;
        }
        json.writeStartObject();
        json.writeStringProperty("type", DetailsReader.TYPE);
        json.writeArrayPropertyStart("actions");
        json.writeString(action);
        json.writeEndArray();
        json.writeArrayPropertyStart("topics");
        for (Match match : matches) {
            json.writeStartObject();
            json.writeStringProperty("match", match.text());
            if (!match.type().isEmpty()) {
                json.writeStringProperty("match_type", match.type());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        raw(json, payload);
        json.writeEndObject();
    }

    private static void raw(JsonGenerator json, @Nullable String payload) {
        if (payload != null) {
            json.writeName("payload");
            json.writeRawValue(payload);
        }
    }

    private static void text(JsonGenerator json, String name, @Nullable String value) {
        if (value != null) {
            json.writeStringProperty(name, value);
        }
    }

    private static void time(JsonGenerator json, String name, @Nullable Instant value) {
        if (value != null) {
            json.writeNumberProperty(name, value.getEpochSecond());
        }
    }
}
