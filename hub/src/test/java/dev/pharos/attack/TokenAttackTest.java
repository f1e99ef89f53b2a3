package dev.pharos.attack;

import static dev.pharos.attack.Forge.GRANTS;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pharos.testkit.RawHttp;
import dev.pharos.testkit.RawWebSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Forged and stolen tokens, at every door of a running hub. */
@Timeout(120)
class TokenAttackTest {

    private static final String HS256 = "{\"alg\":\"HS256\"}";
    private static final String CLAIMS = "{\"sub\":\"ann\"," + GRANTS + "}";
    private static final String DETAILS =
            "\"authorization_details\":[{\"type\":\"https://mercure.rocks/authorization\",\"actions\":[\"publish\","
                    + "\"subscribe\"],\"topics\":[{\"match\":\"*\",\"type\":\"exact\"}]}]";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private AttackedHub hub;

    @BeforeEach
    void start() throws IOException {
        hub = AttackedHub.start(directory, "");
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    /** The head of the answer at each way in that takes tokens of draft 07. */
    private Map<String, RawHttp.Head> knock(String token) throws IOException {
        String header = AttackedHub.bearer(token);
        Map<String, RawHttp.Head> answers = new LinkedHashMap<>();
        answers.put("stream", get("/events?topic=a", "Accept: text/event-stream", header));
        answers.put("poll", get("/events?topic=a&wait=0", "Accept: application/json", header));
        answers.put("head", send("HEAD", "/events?topic=a", "", header));
        answers.put("query", send("QUERY", "/events", "topic=a", AttackedHub.FORM, header));
        answers.put("form", send("POST", "/events", "topic=a&data=x", AttackedHub.FORM, header));
        answers.put("json", send("POST", "/events", "{\"topic\":\"a\"}", "Content-Type: application/json", header));
        answers.put(
                "lines", send("POST", "/events", "{\"topic\":\"a\"}", "Content-Type: application/x-ndjson", header));
        answers.put("renewal", send("POST", "/events/connection", "connection=x", AttackedHub.FORM, header));
        answers.put("websocket", upgrade("/events?topic=a", header));
        answers.put("cookie", get("/events?topic=a", "Cookie: mercureAuthorization=" + token));
        answers.put("mercure", get("/.well-known/mercure?topic=a", header));
        answers.put("mercure query", get("/.well-known/mercure?topic=a&authorization=" + token));
        answers.put("mercure cookie", get("/.well-known/mercure?topic=a", "Cookie: mercureAuthorization=" + token));
        answers.put("mercure publish", send("POST", "/.well-known/mercure", "topic=a", AttackedHub.FORM, header));
        return answers;
    }

    private RawHttp.Head get(String target, String... lines) throws IOException {
        try (RawHttp http = hub.connect()) {
            return http.get(target, lines).readHead();
        }
    }

    private RawHttp.Head send(String method, String target, String body, String... lines) throws IOException {
        try (RawHttp http = hub.connect()) {
            String[] all = new String[lines.length + 1];
            all[0] = "Content-Length: " + body.length();
            System.arraycopy(lines, 0, all, 1, lines.length);
            return http.request(method, target, all).send(body).readHead();
        }
    }

    private RawHttp.Head upgrade(String target, String header) throws IOException {
        try (RawHttp http = hub.connect()) {
            RawWebSocket.sendHandshake(http, target, header);
            return http.readHead();
        }
    }

    /** A session over a stream begins before its token is judged, and then says so and ends. */
    private void assertSessionEnds(String attack, String token) throws IOException {
        try (RawHttp http = hub.connect()) {
            String target = "/events?topic=a&session=a-session-" + System.nanoTime();
            http.get(target, "Accept: text/event-stream", AttackedHub.bearer(token));
            String said = http.readAnswer().text();
            assertThat(said).as(attack).contains("\"code\":\"unauthorized\"").doesNotContain("subscribed");
        }
    }

    /** Likewise over SockJS: a text that says so, and the end. */
    private void assertSockJsEnds(String attack, String token) throws IOException {
        String header = AttackedHub.bearer(token);
        for (String target : List.of("/sockjs/0/" + System.nanoTime() + "/websocket", "/sockjs/websocket")) {
            try (RawWebSocket socket = RawWebSocket.open(hub.connect(), target, header)) {
                StringBuilder said = new StringBuilder();
                for (RawWebSocket.Frame frame = socket.read();
                        frame.opcode() == RawWebSocket.TEXT;
                        frame = socket.read()) {
                    said.append(frame.text());
                }
                assertThat(said.toString()).as("%s at %s", attack, target).contains("unauthorized");
            }
        }
        for (String transport : List.of("xhr_streaming", "eventsource", "htmlfile?c=x")) {
            String target = "/sockjs/0/" + System.nanoTime() + "/" + transport;
            String method = transport.startsWith("xhr") ? "POST" : "GET";
            try (RawHttp http = hub.connect()) {
                http.request(method, target, "Content-Length: 0", header);
                String said = http.readAnswer().text();
                assertThat(said).as("%s at %s", attack, target).contains("unauthorized", "c[1008");
            }
        }
        for (String transport : List.of("xhr", "jsonp?c=x")) {
            String target = "/sockjs/0/" + System.nanoTime() + "/" + transport;
            String method = transport.equals("xhr") ? "POST" : "GET";
            StringBuilder said = new StringBuilder();
            for (int poll = 0; poll < 3 && said.indexOf("c[1008") < 0; poll++) {
                said.append(hub.send(method, target, "", header).text());
            }
            assertThat(said.toString()).as("%s at %s", attack, target).contains("unauthorized", "c[1008");
        }
    }

    /** Over Socket.IO the connect is refused, wherever the token came from. */
    private void assertSocketIoRefuses(String attack, String token) throws IOException {
        String target = "/socket.io/?EIO=4&transport=";
        String header = AttackedHub.bearer(token);
        String refused = "44{\"message\":";
        for (String packet : List.of("40{\"token\":\"" + token + "\"}", "40")) {
            String[] lines = packet.equals("40") ? new String[] {header} : new String[0];
            try (RawWebSocket socket = RawWebSocket.open(hub.connect(), target + "websocket", lines)) {
                assertThat(socket.read().text()).startsWith("0{");
                socket.text(packet);
                assertThat(socket.read().text()).as(attack).startsWith(refused).contains("\"code\":\"unauthorized\"");
                socket.text("42[\"publish\",{\"topic\":\"a\"}]");
            }
            String opened = hub.get(target + "polling", lines).text();
            int at = opened.indexOf("\"sid\":\"") + 7;
            String polling = target + "polling&sid=" + opened.substring(at, opened.indexOf('"', at));
            assertThat(hub.send("POST", polling, packet).status()).isEqualTo(200);
            assertThat(hub.get(polling).text()).as(attack).startsWith(refused).contains("\"code\":\"unauthorized\"");
        }
    }

    private void assertRefused(String attack, String token) throws IOException {
        assertSessionEnds(attack, token);
        assertSockJsEnds(attack, token);
        assertSocketIoRefuses(attack, token);
        knock(token).forEach((door, head) -> {
            assertThat(head.status()).as("%s at %s", attack, door).isEqualTo(401);
            assertThat(head.get("WWW-Authenticate"))
                    .as("%s at %s", attack, door)
                    .contains("error=\"invalid_token\"");
        });
        assertThat(hub.stats().published()).isZero();
        assertThat(hub.stats().subscriptions()).isZero();
    }

    @Test
    void letsGoodTokensIn() throws IOException {
        String byFile = Forge.rs256("{\"alg\":\"RS256\"}", CLAIMS, hub.rsa.getPrivate());
        String claims = "{\"iss\":\"" + AttackedHub.ISSUER_JWKS + "\"," + GRANTS + "}";
        String byUrl = Forge.rs256("{\"alg\":\"RS256\",\"kid\":\"published\"}", claims, hub.published.getPrivate());
        for (String token : List.of(AttackedHub.token(), byFile, byUrl)) {
            knock(token)
                    .forEach((door, head) -> assertThat(head.status())
                            .as(door)
                            .isIn(door.equals("renewal") ? List.of(404) : List.of(200, 101)));
        }
    }

    @Test
    void refusesUnsignedTokens() throws IOException {
        for (String algorithm : List.of("none", "None", "NONE", "nOnE", "hs256")) {
            String header = "{\"alg\":\"" + algorithm + "\",\"typ\":\"JWT\"}";
            assertRefused(algorithm, Forge.unsigned(header, CLAIMS));
            assertRefused(algorithm + " with a signature", Forge.hs256(header, CLAIMS, AttackedHub.SECRET));
        }
        String good = AttackedHub.token();
        assertRefused("no signature", good.substring(0, good.lastIndexOf('.') + 1));
    }

    @Test
    void refusesAPublicKeyAsASecret() throws IOException {
        String pem = Forge.pem(hub.rsa.getPublic());
        Map<String, byte[]> known = new LinkedHashMap<>();
        known.put("PEM", pem.getBytes(UTF_8));
        known.put("PEM without its end", pem.strip().getBytes(UTF_8));
        known.put("DER", hub.rsa.getPublic().getEncoded());
        known.put("JWK", Forge.jwk(hub.rsa, "").getBytes(UTF_8));
        for (Map.Entry<String, byte[]> secret : known.entrySet()) {
            for (String bits : List.of("256", "384", "512")) {
                String header = "{\"alg\":\"HS" + bits + "\"}";
                String token = Forge.mac("HmacSHA" + bits, header, CLAIMS, secret.getValue());
                assertRefused(secret.getKey() + " as HS" + bits, token);
            }
        }
    }

    @Test
    void refusesTheKeyThatATokenBringsAndFetchesNothing() throws IOException {
        KeyPair own = Forge.rsa();
        try (KeyServer bait = new KeyServer(Forge.jwk(own, "mine"))) {
            for (String more : List.of(
                    "\"jwk\":" + Forge.jwk(own, "mine"),
                    "\"jku\":\"" + bait.url() + "\"",
                    "\"jku\":\"" + bait.url() + "\",\"kid\":\"mine\"",
                    "\"x5u\":\"" + bait.url() + "\"",
                    "\"kid\":\"" + bait.url() + "\"",
                    "\"kid\":\"../../../../dev/null\"",
                    "\"kid\":\"' or 1=1 --\"",
                    "\"kid\":\"published\"")) {
                String header = "{\"alg\":\"RS256\"," + more + "}";
                assertRefused(more, Forge.rs256(header, CLAIMS, own.getPrivate()));
                String claims = "{\"iss\":\"" + AttackedHub.ISSUER_JWKS + "\"," + GRANTS + "}";
                assertRefused(more, Forge.rs256(header, claims, own.getPrivate()));
            }
            assertThat(bait.fetches()).isZero();
        }
    }

    @Test
    void refusesTokensOutOfTheirTime() throws IOException {
        long now = Instant.now().getEpochSecond();
        for (String time : List.of(
                "\"exp\":" + (now - 1),
                "\"exp\":0",
                "\"exp\":-1",
                "\"nbf\":" + (now + 60),
                "\"nbf\":" + (now + 60) + ",\"exp\":" + (now + 120))) {
            assertRefused(time, Forge.hs256(HS256, "{" + time + "," + GRANTS + "}", AttackedHub.SECRET));
        }
    }

    @Test
    void refusesKeysInNamesThatAreNotTheirs() throws IOException {
        for (String issuer : List.of(AttackedHub.ISSUER_JWKS, AttackedHub.ISSUER_JWKS + "/", "https://evil.example")) {
            String claims = "{\"iss\":\"" + issuer + "\"," + GRANTS + "}";
            assertRefused(
                    issuer,
                    Forge.rs256("{\"alg\":\"RS256\"}", claims, Forge.rsa().getPrivate()));
        }
        // The key of the set is for its issuer alone.
        String header = "{\"alg\":\"RS256\",\"kid\":\"published\"}";
        assertRefused("no issuer", Forge.rs256(header, CLAIMS, hub.published.getPrivate()));
        String other = "{\"iss\":\"" + AttackedHub.ISSUER_08 + "\"," + GRANTS + "}";
        assertRefused("another issuer", Forge.rs256(header, other, hub.published.getPrivate()));
    }

    @Test
    void refusesCutAndChangedTokens() throws IOException {
        String good = AttackedHub.token();
        String[] parts = good.split("\\.", -1);
        char last = good.charAt(good.length() - 1);
        assertRefused("cut", good.substring(0, good.length() - 1));
        assertRefused("spelt otherwise", good.substring(0, good.length() - 1) + (char) (last + 1));
        String claims = "{\"sub\":\"bob\"," + GRANTS + "}";
        assertRefused("other claims", parts[0] + "." + Forge.part(claims) + "." + parts[2]);
        assertRefused("zeros", parts[0] + "." + parts[1] + "." + Forge.part(new byte[32]));
        assertRefused(
                "an extension",
                Forge.hs256("{\"alg\":\"HS256\",\"crit\":[\"x\"],\"x\":1}", CLAIMS, AttackedHub.SECRET));
    }

    @Test
    void takesWhatDraft08WantsAndNothingLess() throws IOException {
        long now = Instant.now().getEpochSecond();
        String issuer = "\"iss\":\"" + AttackedHub.ISSUER_08 + "\"";
        String audience = "\"aud\":\"" + AttackedHub.AUDIENCE + "\"";
        String rest = "\"sub\":\"ann\",\"client_id\":\"c\",\"jti\":\"1\",\"iat\":" + now + "," + DETAILS;
        String end = "\"exp\":" + (now + 60);
        String type = "{\"alg\":\"HS256\",\"typ\":\"at+jwt\"}";
        String all = "{" + String.join(",", issuer, audience, end, rest) + "}";
        byte[] secret = AttackedHub.SECRET_08;
        assertThat(publishAt08(Forge.hs256(type, all, secret))).isNotEqualTo(401);

        Map<String, String> bad = new LinkedHashMap<>();
        bad.put(
                "another audience",
                Forge.hs256(type, all.replace(AttackedHub.AUDIENCE, "https://evil.example"), secret));
        bad.put(
                "an audience beside",
                Forge.hs256(type, all.replace(AttackedHub.AUDIENCE, AttackedHub.AUDIENCE + "/"), secret));
        bad.put("no audience", Forge.hs256(type, "{" + String.join(",", issuer, end, rest) + "}", secret));
        bad.put(
                "another issuer",
                Forge.hs256(type, all.replace(AttackedHub.ISSUER_08, "https://evil.example"), secret));
        bad.put("no issuer", Forge.hs256(type, "{" + String.join(",", audience, end, rest) + "}", secret));
        bad.put("no end", Forge.hs256(type, "{" + String.join(",", issuer, audience, rest) + "}", secret));
        bad.put("expired", Forge.hs256(type, all.replace(end, "\"exp\":" + (now - 1)), secret));
        bad.put("of the future", Forge.hs256(type, all.replace(end, end + ",\"nbf\":" + (now + 30)), secret));
        bad.put("no type", Forge.hs256(HS256, all, secret));
        bad.put("an ID token's type", Forge.hs256("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", all, secret));
        bad.put("the key of another", Forge.hs256(type, all, AttackedHub.SECRET));
        bad.put("unsigned", Forge.unsigned("{\"alg\":\"none\",\"typ\":\"at+jwt\"}", all));
        bad.put("of draft 07", AttackedHub.token());
        List<String> let = new ArrayList<>();
        for (Map.Entry<String, String> each : bad.entrySet()) {
            if (publishAt08(each.getValue()) != 401
                    || get("/hub?match=a", AttackedHub.bearer(each.getValue())).status() != 401) {
                let.add(each.getKey());
            }
        }
        assertThat(let).isEmpty();
    }

    /** A token that was good when the head came is not good for what comes when it has ended. */
    @Test
    void servesNoBodyThatOutlivesItsToken() throws IOException {
        long end = Instant.now().getEpochSecond() + 3;
        String header = AttackedHub.bearer(
                Forge.hs256(HS256, "{\"sub\":\"ann\",\"exp\":" + end + "," + GRANTS + "}", AttackedHub.SECRET));
        Map<String, RawHttp> slow = new LinkedHashMap<>();
        try (RawHttp upload = hub.connect()) {
            for (String way : List.of("POST /events", "QUERY /events", "POST /.well-known/mercure")) {
                String[] words = way.split(" ", -1);
                RawHttp http = hub.connect();
                slow.put(way, http);
                http.request(words[0], words[1], "Content-Length: 7", AttackedHub.FORM, header)
                        .send("topic=");
            }
            upload.request(
                            "POST",
                            "/events",
                            "Transfer-Encoding: chunked",
                            "Content-Type: application/x-ndjson",
                            header)
                    .chunk("{\"topic\":\"a\"}\n{");
            RawHttp.Answer cut = upload.readAnswer(); // which comes by itself
            assertThat(cut.status()).isEqualTo(401);
            assertThat(cut.text()).contains("\"accepted\":1", "\"line\":2", "the token has expired");
            assertThat(Instant.now().getEpochSecond()).isBetween(end - 1, end + 10);
            await().until(() -> Instant.now().getEpochSecond() > end);
            for (Map.Entry<String, RawHttp> each : slow.entrySet()) {
                assertThat(each.getValue().send("a").readAnswer().status())
                        .as(each.getKey())
                        .isEqualTo(401);
            }
            assertThat(hub.stats().published()).isEqualTo(1);
        } finally {
            for (RawHttp each : slow.values()) {
                each.close();
            }
        }
    }

    private int publishAt08(String token) throws IOException {
        return send("POST", "/hub", "topic=a", AttackedHub.FORM, AttackedHub.bearer(token))
                .status();
    }
}
