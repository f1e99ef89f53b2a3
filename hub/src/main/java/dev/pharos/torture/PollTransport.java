package dev.pharos.torture;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Polls again and again, waiting for something or not. */
record PollTransport(HttpClient http, URI hub) implements Transport {

    private static final int LONGEST_SECONDS = 25;

    @Override
    public void read(Reader reader, Stay stay) throws IOException, InterruptedException {
        long end = System.nanoTime() + stay.time().toNanos();
        long until = reader.received() + stay.events();
        while (reader.received() < until && System.nanoTime() < end) {
            poll(reader, stay.isForEver() ? LONGEST_SECONDS : reader.chance().nextInt(3));
            stay.rest();
        }
    }

    /** Polls once; whether there is more. */
    boolean poll(Reader reader, int wait) throws IOException, InterruptedException {
        List<String> query = new ArrayList<>(reader.selection().query());
        query.addAll(List.of("wait", String.valueOf(wait)));
        String cursor = reader.cursor();
        if (cursor != null) {
            query.addAll(List.of("lastEventId", cursor));
        }
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(Transport.query(hub, query))
                        .header("Accept", "application/json")
                        .timeout(Duration.ofSeconds(wait + 10))
                        .build(),
                BodyHandlers.ofString());
        Transport.check(response.statusCode(), "a poll");
        Json answer = Json.of(response.body());
        List<Json> events = answer.objects("events");
        String next = answer.get("lastEventId");
        // Where it goes on is not told: at the latest right before the first event.
        long from = reader.place(next);
        if (!events.isEmpty()) {
            long first = reader.place(events.getFirst().get("id"));
            from = first > 0 ? first - 1 : first;
        }
        reader.told(answer.get("state"), cursor, from);
        for (Json event : events) {
            reader.received(event.get("id"), event.get("data"));
        }
        reader.moved(next);
        return answer.get("more").equals("true");
    }
}
