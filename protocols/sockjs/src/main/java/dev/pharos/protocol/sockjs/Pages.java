package dev.pharos.protocol.sockjs;

import dev.pharos.http.Headers;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;

/** The answers that belong to no session. Thread-safe. */
final class Pages {

    private static final String TEXT = "text/plain; charset=UTF-8";
    private static final String IFRAME = """
            <!DOCTYPE html>
            <html>
            <head>
              <meta http-equiv="X-UA-Compatible" content="IE=edge" />
              <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
              <script src="{client}"></script>
              <script>
                document.domain = document.domain;
                SockJS.bootstrap_iframe();
              </script>
            </head>
            <body>
              <h2>Don't panic!</h2>
              <p>This is a SockJS hidden iframe. It's used for cross domain magic.</p>
            </body>
            </html>
            """;

    private final SockJsOptions options;
    private final Fields fields;
    /** Thread-safe. */
    private final RandomGenerator entropy;

    private final byte[] iframe;
    private final String iframeTag;

    Pages(SockJsOptions options, Fields fields, RandomGenerator entropy) {
        this.options = options;
        this.fields = fields;
        this.entropy = entropy;
        this.iframe = IFRAME.replace("{client}", options.clientUrl()).getBytes(StandardCharsets.UTF_8);
        CRC32 crc = new CRC32();
        crc.update(iframe);
        this.iframeTag = "\"%08x\"".formatted(crc.getValue());
    }

    Response greeting() {
        return new Response(
                200, Headers.of("Content-Type", TEXT), "Welcome to SockJS!\n".getBytes(StandardCharsets.US_ASCII));
    }

    Response iframe(Request request) {
        Headers headers = fields.ofIframe(iframeTag);
        for (String known : request.headers("If-None-Match")) {
            if (known.strip().equals("*") || known.contains(iframeTag)) {
                return Response.empty(304, headers);
            }
        }
        return new Response(200, headers.with("Content-Type", "text/html; charset=UTF-8"), iframe.clone());
    }

    Response info(Request request, boolean webSocket) {
        String json = "{\"websocket\":%b,\"origins\":[\"*:*\"],\"cookie_needed\":%b,\"entropy\":%d}"
                .formatted(webSocket, options.cookie(), Integer.toUnsignedLong(entropy.nextInt()));
        return new Response(
                200,
                fields.fresh(request, "application/json; charset=UTF-8"),
                json.getBytes(StandardCharsets.US_ASCII));
    }
}
