package dev.pharos.torture;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads over a WebSocket, subscribing by the URL or by a message. */
record SocketTransport(HttpClient http, URI hub) implements Transport {

    @Override
    public void read(Reader reader, Stay stay) throws IOException, InterruptedException {
        boolean byMessage = reader.chance().nextBoolean();
        String cursor = reader.cursor();
        List<String> query = new ArrayList<>();
        if (!byMessage) {
            query.addAll(reader.selection().query());
            if (cursor != null) {
                query.addAll(List.of("lastEventId", cursor));
            }
        }
        long until = reader.received() + stay.events();
        try (Socket socket =
                Socket.open(http, Transport.query(hub, query), said -> take(said, cursor, reader, stay, until))) {
            if (byMessage) {
                socket.send("{\"type\":\"subscribe\",\"topics\":["
                        + reader.selection().selectors().stream()
                                .map(Json::text)
                                .collect(Collectors.joining(","))
                        + "]" + (cursor == null ? "" : ",\"lastEventId\":" + Json.text(cursor)) + "}");
            }
            socket.over().get(stay.time().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException enough) {
            // It has stayed long enough.
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof RuntimeException wrong) {
                throw wrong;
            }
            throw new IOException(failure);
        }
    }

    private static boolean take(Json said, @Nullable String cursor, Reader reader, Stay stay, long until) {
        switch (said.get("type")) {
            case "subscribed" -> {
                String from = said.get("lastEventId");
                reader.told(said.get("state"), cursor, reader.place(from));
                reader.moved(from);
            }
            case "event" -> {
                Json event = said.object("event");
                reader.received(event.get("id"), event.get("data"));
            }
            case "cursor" -> reader.moved(said.get("lastEventId"));
            case "lost" -> {
                String from = said.get("lastEventId");
                reader.told("lost", reader.cursor(), reader.place(from));
                reader.moved(from);
            }
            case "drain" -> {}
            case "error" -> {
                String code = said.get("code");
                if (!code.equals("unavailable") && !code.equals("overloaded")) {
                    throw new Violation("the hub answered a WebSocket's subscription with " + said.members());
                }
                return false;
            }
            default -> throw new Violation("the hub said on a WebSocket " + said.members());
        }
        try {
            stay.rest();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
        return reader.received() < until;
    }
}
