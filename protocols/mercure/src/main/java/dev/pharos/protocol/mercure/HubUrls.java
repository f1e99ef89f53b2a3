package dev.pharos.protocol.mercure;

import dev.pharos.http.Request;
import dev.pharos.url.Url;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * By which URL a client knows the hub: what relative topics are relative to, and how the hub names itself.
 *
 * <p>Of several public URLs the one whose authority the request names. Without any, the address the client connects to:
 * only a {@code Host} that is this address counts, so that there are few such URLs whatever clients send.
 */
record HubUrls(List<Url> known, String path) {

    Url of(Request request) {
        String host = request.header("Host");
        for (Url url : known) {
            if (host != null && host.equalsIgnoreCase(authority(url))) {
                return url;
            }
        }
        return known.isEmpty() ? local(request, host) : known.getFirst();
    }

    /** The URL that does not depend on a request; of its parts only the path counts if there is no public URL. */
    Url usual() {
        return known.isEmpty() ? Url.of("http://localhost" + path) : known.getFirst();
    }

    private static String authority(Url url) {
        return url.port() < 0 ? url.hostname() : url.hostname() + ":" + url.port();
    }

    private Url local(Request request, @Nullable String host) {
        int port = request.localAddress() instanceof InetSocketAddress local ? local.getPort() : 80;
        Url named = host == null ? null : Url.parse("http://" + host + path, null);
        if (named != null && isLocal(named.hostname(), request) && portOf(named) == port) {
            return named;
        }
        return Url.of("http://localhost:" + port + path);
    }

    private static int portOf(Url url) {
        return url.port() < 0 ? 80 : url.port();
    }

    private static boolean isLocal(String hostname, Request request) {
        if (hostname.equals("localhost")) {
            return true;
        }
        String literal = hostname.startsWith("[") ? hostname.substring(1, hostname.length() - 1) : hostname;
        return request.localAddress() instanceof InetSocketAddress local
                && local.getAddress() != null
                && literal.equals(local.getAddress().getHostAddress());
    }
}
