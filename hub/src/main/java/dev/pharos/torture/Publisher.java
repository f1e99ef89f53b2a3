package dev.pharos.torture;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A publisher that sends everything, in one way or another, with its idempotency key until it is acknowledged.
 *
 * <p>A single event changes its way with each attempt, as the key means the same in all. One thread runs it.
 */
final class Publisher implements Runnable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String name;
    private final HttpClient http;
    private final URI hub;
    private final Ledger ledger;
    private final Counts counts;
    private final SplittableRandom chance;
    private final LinkedBlockingQueue<Json> answers = new LinkedBlockingQueue<>();

    private final Plan plan;
    private int requests;
    private @Nullable Socket socket;
    private volatile boolean stopped;

    Publisher(String name, Plan plan, HttpClient http, URI hub, Ledger ledger, Counts counts, SplittableRandom chance) {
        this.name = name;
        this.plan = plan;
        this.http = http;
        this.hub = hub;
        this.ledger = ledger;
        this.counts = counts;
        this.chance = chance;
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                List<Sent> events = new ArrayList<>();
                for (int i = chance.nextInt(3) > 0 ? 1 : chance.nextInt(2, 60); i > 0; i--) {
                    events.add(ledger.issue(
                            topics(),
                            plan.withIds() && chance.nextInt(6) == 0,
                            chance.nextInt(chance.nextInt(1, plan.largest() + 1))));
                }
                publish(events);
                if (chance.nextInt(4) == 0) {
                    Thread.sleep(chance.nextInt(40));
                }
            }
        } catch (InterruptedException stop) {
            // That is how it is told to stop at once.
        } catch (RuntimeException wrong) {
            ledger.fail(new Violation(name + ": " + (wrong instanceof Violation ? wrong.getMessage() : wrong), wrong));
        } finally {
            closeSocket();
        }
    }

    /** Takes on nothing more; what it has begun it goes on with. */
    void stop() {
        stopped = true;
    }

    private int topics() {
        int topics = 1 << chance.nextInt(Sent.TOPICS.size());
        boolean quiet = Sent.TOPICS.get(Integer.numberOfTrailingZeros(topics)).equals("quiet");
        return quiet && chance.nextInt(10) > 0 ? 1 : chance.nextInt(5) == 0 ? topics | 2 : topics;
    }

    /** Returns when all are acknowledged. */
    void publish(List<Sent> events) throws InterruptedException {
        String key = name + "-" + requests++;
        boolean again = !ledger.mayDrop() && chance.nextInt(20) == 0;
        boolean known = false;
        while (true) {
            int life = ledger.life();
            try {
                List<@Nullable String> ids = send(events, key);
                for (int i = 0; i < events.size(); i++) {
                    ledger.acknowledged(events.get(i), ids.get(i), life);
                }
                if (!again) {
                    return;
                }
                again = false;
                known = true;
                counts.repeats.increment();
            } catch (IOException broken) {
                if (known) {
                    return;
                }
                counts.retries.increment();
                closeSocket();
                Thread.sleep(chance.nextInt(10, 100));
            }
        }
    }

    /** Sends them once; gives their ids as far as the answer tells them. */
    private List<@Nullable String> send(List<Sent> events, String key) throws IOException, InterruptedException {
        if (events.size() > 1) {
            return lines(events, key);
        }
        Sent sent = events.getFirst();
        return switch (chance.nextInt(3)) {
            case 0 ->
                List.of(post("application/x-www-form-urlencoded", form(sent), key)
                        .strip());
            case 1 ->
                List.of(Json.of(post("application/json", sent.json(), key)).get("first"));
            default -> List.of(frame(sent, key));
        };
    }

    private List<@Nullable String> lines(List<Sent> events, String key) throws IOException, InterruptedException {
        String body = events.stream().map(Sent::json).collect(Collectors.joining("\n"));
        Json answer = Json.of(post("application/x-ndjson", body, key));
        if (!answer.get("accepted").equals(String.valueOf(events.size()))) {
            throw new Violation("of " + events.size() + " lines the hub accepted " + answer.members());
        }
        List<@Nullable String> ids = new ArrayList<@Nullable String>(Collections.nCopies(events.size(), null));
        ids.set(0, answer.get("first"));
        ids.set(events.size() - 1, answer.get("last"));
        return ids;
    }

    private static String form(Sent sent) {
        StringBuilder form = new StringBuilder("data=").append(URLEncoder.encode(sent.data(), StandardCharsets.UTF_8));
        for (String topic : sent.topicNames()) {
            form.append("&topic=").append(URLEncoder.encode(topic, StandardCharsets.UTF_8));
        }
        return sent.id() == null ? form.toString() : form + "&id=" + sent.id();
    }

    private String post(String type, String body, String key) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(
                HttpRequest.newBuilder(hub)
                        .header("Content-Type", type)
                        .header("Idempotency-Key", chance.nextBoolean() ? key : '"' + key + '"')
                        .timeout(PATIENCE)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
        Transport.check(response.statusCode(), "a POST of " + type + " with the key " + key + ": " + response.body());
        return response.body();
    }

    private String frame(Sent sent, String key) throws IOException, InterruptedException {
        Socket open = socket;
        if (open == null || open.over().isDone()) {
            open = Socket.open(http, hub, answers::add);
            socket = open;
        }
        open.send("{\"type\":\"publish\",\"ref\":\"" + key + "\",\"idempotencyKey\":\"" + key + "\",\"event\":"
                + sent.json() + "}");
        Json answer = answer(open, key);
        if (answer.get("type").equals("published")) {
            return answer.get("id");
        }
        String code = answer.get("code");
        if (code.equals("unavailable") || code.equals("overloaded") || code.equals("full")) {
            throw new IOException(answer.members().toString());
        }
        throw new Violation("a publish over WebSocket with the key " + key + " was answered by " + answer.members());
    }

    private Json answer(Socket open, String ref) throws IOException, InterruptedException {
        for (long end = System.nanoTime() + PATIENCE.toNanos(); System.nanoTime() < end; ) {
            Json answer = answers.poll(20, TimeUnit.MILLISECONDS);
            if (answer != null && ref.equals(answer.find("ref"))) {
                return answer;
            }
            if (answer == null && open.over().isDone()) {
                throw new IOException("the WebSocket is over");
            }
        }
        throw new IOException("no answer in time");
    }

    private void closeSocket() {
        Socket old = socket;
        socket = null;
        if (old != null) {
            old.close();
        }
        answers.clear();
    }
}
