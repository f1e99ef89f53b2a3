package dev.pharos.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pharos.auth.Credentials.Source;
import dev.pharos.auth.RefusedException.Reason;
import dev.pharos.fuzz.RandomInputs;
import dev.pharos.http.Body;
import dev.pharos.http.EventLoop;
import dev.pharos.http.Request;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenSourcesTest {

    private static final TokenSources ALL = new TokenSources(List.of("session", "old"), true);

    @Test
    void preferTheHeaderToTheQueryAndThatToCookies() {
        assertThat(ALL.of(new Head(List.of("Bearer h"), "authorization=q", List.of("session=c"))))
                .isEqualTo(new Credentials(Source.HEADER, "h"));
        assertThat(ALL.of(new Head(List.of(), "topic=a&authorization=q", List.of("session=c"))))
                .isEqualTo(new Credentials(Source.QUERY, "q"));
        assertThat(ALL.of(new Head(List.of(), null, List.of("a=b; session=c; old=d"))))
                .isEqualTo(new Credentials(Source.COOKIE, "c"));
        assertThat(ALL.of(new Head(List.of(), null, List.of("a=b", "old=d"))))
                .isEqualTo(new Credentials(Source.COOKIE, "d"));
        assertThat(ALL.of(new Head(List.of(), null, List.of()))).isNull();
    }

    @Test
    void lookAtTheQueryOnlyWhenToldTo() {
        assertThat(TokenSources.DEFAULT.of(new Head(List.of(), "authorization=q&access_token=q", List.of())))
                .isNull();
    }

    @Test
    void takeTheSchemeInAnyCase() {
        assertThat(ALL.of(new Head(List.of("bEARER  a.b.c== "), null, List.of())))
                .isEqualTo(new Credentials(Source.HEADER, "a.b.c=="));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "Bearer", "Bearer ", "Bearera", "Basic YTpi", "Bearer a b", "Bearer a,b", "Bearer é", "a.b.c"
            })
    void refuseAHeaderThatIsNoBearerTokenThoughThereIsACookie(String field) {
        assertThatThrownBy(() -> ALL.of(new Head(List.of(field), "authorization=q", List.of("session=c"))))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.INVALID_REQUEST));
    }

    @Test
    void refuseTwoHeaders() {
        assertThatThrownBy(() -> ALL.of(new Head(List.of("Bearer a", "Bearer a"), null, List.of())))
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void readCookiesAsBrowsersSendThem() {
        assertThat(cookie("xsession=1; session=\"quoted\"")).isEqualTo("quoted");
        assertThat(cookie("session=first; session=second")).isEqualTo("first");
        assertThat(cookie("session=; old=left")).isEqualTo("left");
        assertThat(cookie("SESSION=1;session")).isNull();
        assertThat(cookie(";;=;session=a=b==")).isEqualTo("a=b==");
        assertThat(cookie("\tsession=x ;")).isEqualTo("x");
    }

    @Test
    void neverShowTheToken() {
        assertThat(new Credentials(Source.COOKIE, "secret-token").toString()).doesNotContain("secret");
        assertThatThrownBy(() -> ALL.of(new Head(List.of("Basic secret"), null, List.of())))
                .message()
                .doesNotContain("secret");
    }

    @Test
    void survivesAnyFields() {
        String[] words = {"Bearer", " ", "session", "=", ";", "old", "\"", ",", "a.b.c", "%", "\t", "é", "=="};
        RandomInputs.feed(20_000, words, bytes -> {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            Credentials fromCookie = ALL.of(new Head(List.of(), null, List.of(text)));
            assertThat(fromCookie == null || text.contains(fromCookie.token())).isTrue();
            try {
                Credentials fromHeader = ALL.of(new Head(List.of(text), text, List.of(text)));
                assertThat(fromHeader).isNotNull();
                assertThat(text).containsIgnoringCase("bearer");
            } catch (RefusedException refused) {
                assertThat(refused.reason()).isEqualTo(Reason.INVALID_REQUEST);
            }
        });
    }

    private static @Nullable String cookie(String field) {
        Credentials found = ALL.of(new Head(List.of(), null, List.of(field)));
        return found == null ? null : found.token();
    }

    private record Head(
            List<String> authorization, @Nullable String query, List<String> cookies) implements Request {

        @Override
        public String method() {
            return "GET";
        }

        @Override
        public String path() {
            return "/";
        }

        @Override
        public @Nullable String header(String name) {
            return headers(name).stream().findFirst().orElse(null);
        }

        @Override
        public List<String> headers(String name) {
            return switch (name) {
                case "Authorization" -> authorization;
                case "Cookie" -> cookies;
                default -> List.of();
            };
        }

        @Override
        public SocketAddress remoteAddress() {
            return new InetSocketAddress(1);
        }

        @Override
        public SocketAddress localAddress() {
            return new InetSocketAddress(2);
        }

        @Override
        public Body body() {
            throw new AssertionError("no body is needed");
        }

        @Override
        public EventLoop loop() {
            throw new AssertionError("no loop is needed");
        }
    }
}
