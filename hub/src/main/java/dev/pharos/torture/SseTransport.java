package dev.pharos.torture;

import dev.pharos.log.Event;
import dev.pharos.sse.SseParser;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Reads event streams, with plain data or each event in JSON, the cursor in the header or the query. */
record SseTransport(HttpClient http, URI hub) implements Transport {

    private static final int LARGEST = 64 << 10;

    @Override
    public void read(Reader reader, Stay stay) throws IOException, InterruptedException {
        boolean json = reader.chance().nextBoolean();
        List<String> query = new ArrayList<>(reader.selection().query());
        query.addAll(List.of(
                "control", "true", "cursor", String.valueOf(reader.chance().nextBoolean())));
        if (json) {
            query.addAll(List.of("envelope", "json"));
        }
        String cursor = reader.cursor();
        boolean inHeader = reader.chance().nextBoolean();
        if (cursor != null && !inHeader) {
            query.addAll(List.of("lastEventId", cursor));
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(Transport.query(hub, query))
                .header("Accept", "text/event-stream")
                .timeout(Duration.ofSeconds(10));
        if (cursor != null && inHeader) {
            request.header("Last-Event-ID", cursor);
        }
        HttpResponse<InputStream> response = http.send(request.build(), BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            Transport.check(response.statusCode(), "a stream");
            if (!stay.isForEver()) {
                CompletableFuture.delayedExecutor(stay.time().toMillis(), TimeUnit.MILLISECONDS)
                        .execute(() -> close(body));
            }
            SseParser parser = new SseParser(new Listener(reader, json), LARGEST, LARGEST);
            byte[] some = new byte[reader.chance().nextInt(1, 8192)];
            long until = reader.received() + stay.events();
            for (int length; reader.received() < until && (length = body.read(some)) >= 0; ) {
                parser.feed(some, 0, length);
                stay.rest();
            }
        }
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException harmless) {
            // It is over anyway.
        }
    }

    private static final class Listener implements SseParser.Listener {

        private final Reader reader;
        private final boolean json;
        /** What it came with. */
        private final @Nullable String cursor;

        /** Whether it was told what became of that. */
        private boolean begun;

        Listener(Reader reader, boolean json) {
            this.reader = reader;
            this.json = json;
            this.cursor = reader.cursor();
        }

        @Override
        public void onEvent(String type, String data, String id) {
            if (type.equals(Event.HUB_TYPE)) {
                Json said = Json.of(data);
                reader.told(said.get("state"), begun ? reader.cursor() : cursor, reader.place(said.get("from")));
                reader.moved(id);
                begun = true;
            } else if (json) {
                Json event = Json.of(data);
                if (!event.get("id").equals(id)) {
                    throw new Violation("an event has the id " + id + " outside and another inside: " + data);
                }
                reader.received(id, event.get("data"));
            } else {
                reader.received(id, data);
            }
        }

        @Override
        public void onId(String id) {
            reader.moved(id);
        }
    }
}
