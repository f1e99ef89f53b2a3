package dev.pharos.conformance;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** A token in the making, right in every respect until something is said to be otherwise. Not thread-safe. */
final class Token {

    private static final InstantSource CLOCK = InstantSource.system();

    private final Target target;
    private final List<String> publish = new ArrayList<>();
    private final List<String> subscribe = new ArrayList<>();
    private String algorithm = "HS256";
    private String type;
    private @Nullable String issuer;
    /** JSON. */
    private @Nullable String audience;

    private @Nullable String details;
    private @Nullable String payload;
    private @Nullable String subject;
    private long lifetimeSeconds = 600;
    private boolean expires = true;
    private @Nullable Long notBefore;
    private String key;

    Token(Target target) {
        this.target = target;
        subject = target.is08() ? "conformance" : null;
        type = target.is08() ? "at+jwt" : "JWT";
        issuer = target.issuer();
        audience = quoted(target.audience());
        key = target.key() == null ? "" : target.key();
    }

    /** Grants publishing to these topics. */
    Token publish(String... topics) {
        publish.addAll(List.of(topics));
        return this;
    }

    /** Grants reading private updates of these topics. */
    Token subscribe(String... topics) {
        subscribe.addAll(List.of(topics));
        return this;
    }

    Token algorithm(String name) {
        algorithm = name;
        return this;
    }

    Token type(String name) {
        type = name;
        return this;
    }

    Token issuer(@Nullable String name) {
        issuer = name;
        return this;
    }

    Token audience(@Nullable String json) {
        audience = json;
        return this;
    }

    /** The claim {@code authorization_details} as it is. */
    Token details(String json) {
        details = json;
        return this;
    }

    Token subject(String name) {
        subject = name;
        return this;
    }

    Token payload(String json) {
        payload = json;
        return this;
    }

    Token lifetime(long seconds) {
        lifetimeSeconds = seconds;
        return this;
    }

    Token withoutExpiry() {
        expires = false;
        return this;
    }

    Token notBefore(long secondsFromNow) {
        notBefore = secondsFromNow;
        return this;
    }

    Token key(String secret) {
        key = secret;
        return this;
    }

    String sign() {
        String header = "{\"alg\":" + quoted(algorithm) + ",\"typ\":" + quoted(type) + "}";
        String signed = base64(header.getBytes(StandardCharsets.UTF_8)) + "."
                + base64(claims().getBytes(StandardCharsets.UTF_8));
        return signed + "." + (algorithm.equals("none") ? "" : base64(signature(signed)));
    }

    private String claims() {
        long now = CLOCK.millis() / 1_000;
        List<String> claims = new ArrayList<>();
        if (expires) {
            claims.add("\"exp\":" + (now + lifetimeSeconds));
        }
        if (notBefore != null) {
            claims.add("\"nbf\":" + (now + notBefore));
        }
        if (subject != null) {
            claims.add("\"sub\":" + quoted(subject));
        }
        if (target.is08()) {
            claims.add("\"client_id\":\"conformance\",\"iat\":" + now + ",\"jti\":"
                    + quoted("urn:uuid:" + UUID.randomUUID()));
            if (issuer != null) {
                claims.add("\"iss\":" + quoted(issuer));
            }
            if (audience != null) {
                claims.add("\"aud\":" + audience);
            }
            claims.add("\"authorization_details\":" + (details == null ? details() : details));
        } else {
            claims.add("\"mercure\":{\"publish\":" + array(publish) + ",\"subscribe\":" + array(subscribe)
                    + (payload == null ? "" : ",\"payload\":" + payload) + "}");
        }
        return "{" + String.join(",", claims) + "}";
    }

    private String details() {
        List<String> all = new ArrayList<>();
        if (!publish.isEmpty()) {
            all.add(detail("publish", publish, null));
        }
        if (!subscribe.isEmpty()) {
            all.add(detail("subscribe", subscribe, payload));
        }
        return "[" + String.join(",", all) + "]";
    }

    /** One authorization detail; a topic may be given with its match type before a blank. */
    static String detail(String action, List<String> topics, @Nullable String payload) {
        List<String> matches = topics.stream()
                .map(topic -> topic.startsWith("urlpattern ")
                        ? "{\"match\":" + quoted(topic.substring(11)) + ",\"match_type\":\"urlpattern\"}"
                        : "{\"match\":" + quoted(topic) + "}")
                .toList();
        return "{\"type\":\"https://mercure.rocks/authorization-detail\",\"actions\":[" + quoted(action)
                + "],\"topics\":[" + String.join(",", matches) + "]"
                + (payload == null ? "" : ",\"payload\":" + payload) + "}";
    }

    private byte[] signature(String signed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HMAC-SHA256", e);
        }
    }

    private static String array(List<String> texts) {
        return "[" + String.join(",", texts.stream().map(Token::quoted).toList()) + "]";
    }

    static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
