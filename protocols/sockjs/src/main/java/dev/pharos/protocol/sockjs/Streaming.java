package dev.pharos.protocol.sockjs;

import dev.pharos.http.Encoded;

/**
 * A transport whose answer goes on. Immutable.
 *
 * @param prelude what some browsers have to see before they show anything
 */
record Streaming(Framing framing, String contentType, Encoded prelude) {

    static final Streaming XHR =
            new Streaming(Framing.LINE, "application/javascript; charset=UTF-8", Encoded.of("h".repeat(2048) + "\n"));
    static final Streaming EVENT_SOURCE = new Streaming(Framing.EVENT, "text/event-stream", Encoded.of("\r\n"));

    private static final int LEAST_PAGE = 1024;
    private static final String PAGE = """
            <!doctype html>
            <html><head>
              <meta http-equiv="X-UA-Compatible" content="IE=edge" />
              <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
            </head><body><h2>Don't panic!</h2>
              <script>
                document.domain = document.domain;
                var c = parent.{callback};
                c.start();
                function p(d) {c.message(d);};
                window.onload = function() {c.stop();};
              </script>
            """;

    /** A page whose frames go to this object of its parent; it begins long enough for browsers that wait for more. */
    static Streaming htmlFile(String callback) {
        String begin = PAGE.stripTrailing().replace("{callback}", callback);
        String padding = " ".repeat(Math.max(0, LEAST_PAGE - begin.length()));
        return new Streaming(Framing.SCRIPT, "text/html; charset=UTF-8", Encoded.of(begin + padding + "\r\n\r\n"));
    }
}
