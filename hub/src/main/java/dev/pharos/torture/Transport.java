package dev.pharos.torture;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A way to read. Each connection has its own. */
interface Transport {

    /**
     * Reads, from the reader's cursor on, until it has stayed long enough.
     *
     * @throws IOException when the connection breaks or the hub is not there
     */
    void read(Reader reader, Stay stay) throws IOException, InterruptedException;

    /** All of them, for one hub. */
    static List<Transport> all(HttpClient http, URI hub) {
        return List.of(new SseTransport(http, hub), new PollTransport(http, hub), new SocketTransport(http, hub));
    }

    /** The hub with a query of names and values in turn. */
    static URI query(URI hub, List<String> parameters) {
        StringBuilder query = new StringBuilder();
        for (int i = 0; i < parameters.size(); i += 2) {
            query.append(i == 0 ? '?' : '&')
                    .append(parameters.get(i))
                    .append('=')
                    .append(URLEncoder.encode(parameters.get(i + 1), StandardCharsets.UTF_8));
        }
        return URI.create(hub + query.toString());
    }

    /** A status other than 200: the hub may be stopping, but has nothing to refuse. */
    static void check(int status, String what) throws IOException {
        if (status >= 500) {
            throw new IOException(status + " for " + what);
        }
        if (status != 200) {
            throw new Violation("the hub answered " + status + " to " + what);
        }
    }
}
