package dev.pharos.protocol.sockjs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceTest {

    @Test
    void aSessionIsNamedByItsSecondSegment() {
        assertThat(Place.of("/000/abc/xhr")).isEqualTo(new Place.OfSession("abc", Transport.XHR));
        assertThat(Place.of("/_/_/jsonp_send")).isEqualTo(new Place.OfSession("_", Transport.JSONP_SEND));
        assertThat(Place.of("/a_i-j%20/b_i-j%20/websocket"))
                .isEqualTo(new Place.OfSession("b_i-j%20", Transport.WEBSOCKET));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/iframe.html", "/iframe-a.html", "/iframe-.html", "/iframe-0.1.2abc-dirty.2144.html"})
    void theFramePageHasAnyVersion(String path) {
        assertThat(Place.of(path)).isEqualTo(new Place.Iframe());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a",
                "//",
                "///",
                "/a/a",
                "/a/a/",
                "//xhr",
                "///xhr",
                "/a./a/xhr",
                "/a/a./xhr",
                "/././xhr",
                "//a/xhr",
                "/a//xhr",
                "/a/b/xhr/",
                "/a/b/c/xhr",
                "/a/b/XHR",
                "/a/b/",
                "/iframe.htm",
                "/iframe",
                "/IFRAME.HTML",
                "/iframe.HTML",
                "/iframe.xml",
                "/iframe-/.html",
                "/infos",
                "/info/",
                "x",
                "websocket"
            })
    void nothingElseIsThere(String path) {
        assertThat(Place.of(path)).isEqualTo(new Place.Nowhere());
    }

    @Test
    void anIdHasABound() {
        assertThat(Place.of("/0/" + "i".repeat(Place.MOST_ID) + "/xhr")).isInstanceOf(Place.OfSession.class);
        assertThat(Place.of("/0/" + "i".repeat(Place.MOST_ID + 1) + "/xhr")).isEqualTo(new Place.Nowhere());
    }
}
