package dev.pharos.host.jdk;

import com.sun.net.httpserver.HttpExchange;
import dev.pharos.http.Body;
import dev.pharos.http.EventLoop;
import dev.pharos.http.Request;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The head of a request as the JDK's server parsed it. Used on its loop only.
 */
final class ExchangeRequest implements Request {

    private final HttpExchange exchange;
    private final EventLoop loop;
    private final Body body;
    private final String path;
    private final @Nullable String query;

    ExchangeRequest(HttpExchange exchange, EventLoop loop, Body body) {
        this.exchange = exchange;
        this.loop = loop;
        this.body = body;
        // A parsed URI gives back the very text it was parsed from.
        String target = originForm(exchange.getRequestURI().toString());
        int mark = target.indexOf('?');
        path = mark < 0 ? target : target.substring(0, mark);
        query = mark < 0 ? null : target.substring(mark + 1);
    }

    /** Takes scheme and authority off an absolute target (RFC 9112 section 3.2.2). */
    private static String originForm(String target) {
        if (target.startsWith("/")) {
            return target;
        }
        int authority = target.indexOf("://");
        if (authority < 0) {
            return "/" + target;
        }
        for (int i = authority + 3; i < target.length(); i++) {
            char c = target.charAt(i);
            if (c == '/') {
                return target.substring(i);
            }
            if (c == '?') {
                return "/" + target.substring(i);
            }
        }
        return "/";
    }

    @Override
    public String method() {
        return exchange.getRequestMethod();
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public @Nullable String query() {
        return query;
    }

    @Override
    public @Nullable String header(String name) {
        List<String> values = headers(name);
        return values.isEmpty() ? null : values.getFirst();
    }

    @Override
    public List<String> headers(String name) {
        List<String> values = exchange.getRequestHeaders().get(name);
        return values == null ? List.of() : values;
    }

    @Override
    public SocketAddress remoteAddress() {
        return exchange.getRemoteAddress();
    }

    @Override
    public SocketAddress localAddress() {
        return exchange.getLocalAddress();
    }

    @Override
    public Body body() {
        return body;
    }

    @Override
    public EventLoop loop() {
        return loop;
    }
}
