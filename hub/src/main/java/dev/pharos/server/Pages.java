package dev.pharos.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Map.entry;

import dev.pharos.http.Handler;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import dev.pharos.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/** The hub's own pages: a fixed set of files from the class path, read on first need. */
final class Pages implements Handler {

    /** Where the stock client of SockJS is. */
    static final String SOCKJS_CLIENT = "/sockjs-client.js";

    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final String SOCKJS = "/META-INF/resources/webjars/sockjs-client/1.6.1/dist/";
    private static final String SCRIPT = "text/javascript; charset=utf-8";
    private static final String STYLE = "text/css; charset=utf-8";

    private static final Map<String, File> FILES = Map.ofEntries(
            entry("/", new File("pages/index.html", "text/html; charset=utf-8")),
            entry("/page.css", new File("pages/page.css", STYLE)),
            entry("/icon.svg", new File("pages/icon.svg", "image/svg+xml")),
            entry("/uplot.js", new File(UPLOT + "uPlot.esm.js", SCRIPT)),
            entry(SOCKJS_CLIENT, new File(SOCKJS + "sockjs.min.js", SCRIPT)),
            entry("/socket.io-client.js", new File("pages/vendor/socket.io.esm.min.js", SCRIPT)),
            entry("/uplot.css", new File(UPLOT + "uPlot.min.css", STYLE)),
            script("/account.js"),
            script("/chat.js"),
            script("/column.js"),
            script("/duplex.js"),
            script("/format.js"),
            script("/ledger.js"),
            script("/machine.js"),
            script("/mover.js"),
            script("/page.js"),
            script("/probe.js"),
            script("/publisher.js"),
            script("/readers.js"),
            script("/strip.js"),
            script("/transports.js"),
            script("/wire.js"));

    private static final Pattern SOURCE_MAP = Pattern.compile("(?m)^//# sourceMappingURL=.*$");

    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private final Map<String, Response> answers = new ConcurrentHashMap<>();

    private record File(String resource, String type) {}

    private static Map.Entry<String, File> script(String path) {
        return entry(path, new File("pages" + path, SCRIPT));
    }

    @Override
    public void handle(Request request, Reply reply) {
        File file = FILES.get(request.path());
        if (file == null) {
            reply.send(Response.text(404, "there is nothing at this path; events are at /events"));
        } else if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
            reply.send(Response.text(405, "this page is only read").with("Allow", "GET, HEAD"));
        } else {
            Response whole = answers.computeIfAbsent(request.path(), path -> read(file));
            String tag = String.valueOf(whole.headers().get("ETag"));
            reply.send(tag.equals(request.header("If-None-Match")) ? Response.empty(304, whole.headers()) : whole);
        }
    }

    /** Libraries name a map for debuggers, which is not served: so whoever opens one would find an error of ours. */
    private static byte[] withoutSourceMap(File file, byte[] bytes) {
        return file.type.equals(SCRIPT)
                ? SOURCE_MAP.matcher(new String(bytes, UTF_8)).replaceAll("").getBytes(UTF_8)
                : bytes;
    }

    private static Response read(File file) {
        try (InputStream in = Pages.class.getResourceAsStream(file.resource)) {
            if (in == null) {
                throw new IOException("the class path lacks " + file.resource);
            }
            byte[] bytes = withoutSourceMap(file, in.readAllBytes());
            CRC32C sum = new CRC32C();
            sum.update(bytes);
            return new Response(
                    200,
                    Headers.of(
                            "Content-Type",
                            file.type,
                            "Cache-Control",
                            "no-cache",
                            "ETag",
                            '"' + HexFormat.of().toHexDigits(sum.getValue()) + '"',
                            "Content-Security-Policy",
                            POLICY,
                            "X-Content-Type-Options",
                            "nosniff",
                            "Referrer-Policy",
                            "no-referrer"),
                    bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("the page cannot be read", e);
        }
    }
}
