package dev.pharos.session;

import dev.pharos.http.Body;
import dev.pharos.http.EventLoop;
import dev.pharos.http.Request;
import dev.pharos.stepped.SteppedLoop;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The head of a request in memory. */
record FakeRequest(
        EventLoop loop,
        String method,
        String path,
        @Nullable String query,
        SocketAddress remoteAddress,
        List<String> fields)
        implements Request {

    /** What a request without fields says. */
    static Handshake handshake(String path, @Nullable String query, SocketAddress peer, String... fields) {
        return Handshake.of(new FakeRequest(new SteppedLoop(), "GET", path, query, peer, List.of(fields)));
    }

    @Override
    public @Nullable String header(String name) {
        List<String> all = headers(name);
        return all.isEmpty() ? null : all.getFirst();
    }

    @Override
    public List<String> headers(String name) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < fields.size(); i += 2) {
            if (fields.get(i).equalsIgnoreCase(name)) {
                values.add(fields.get(i + 1));
            }
        }
        return values;
    }

    @Override
    public SocketAddress localAddress() {
        return remoteAddress;
    }

    @Override
    public Body body() {
        throw new UnsupportedOperationException("it has none");
    }
}
