package dev.pharos.conformance;

import java.io.IOException;
import java.io.InputStream;
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
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A client of the hub that is checked, for one check. Not thread-safe. */
final class Client implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofMillis(Reading.PATIENCE_MILLIS);

    private final Target target;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final List<Reading> readings = new ArrayList<>();

    Client(Target target) {
        this.target = target;
    }

    Target target() {
        return target;
    }

    /** A topic that nobody else has. */
    String topic() {
        return "https://conformance.example/" + UUID.randomUUID();
    }

    Token token() {
        return new Token(target);
    }

    /** A token for everything. */
    String fullToken() {
        return token().publish("*").subscribe("*").sign();
    }

    /** Skips the check if there is no key to sign tokens with. */
    void needsKey() {
        if (target.key() == null) {
            throw new Check.SkippedException("no key was given");
        }
    }

    void needsOrigin() {
        needsKey();
        if (target.origin() == null) {
            throw new Check.SkippedException("no allowed origin was given");
        }
    }

    void needsSubscriptions() {
        needsKey();
        if (!target.subscriptions()) {
            throw new Check.SkippedException("the hub is said to have no subscription events");
        }
    }

    // reading

    /** The parameter that selects a topic. */
    String select(String... topics) {
        List<String> parameters = new ArrayList<>();
        for (String topic : topics) {
            parameters.add((target.is08() ? "match=" : "topic=") + encoded(topic));
        }
        return String.join("&", parameters);
    }

    String pattern(String pattern) {
        return "match_urlpattern=" + encoded(pattern);
    }

    /** Opens a stream that must be granted. */
    Reading read(String query, String... headers) throws IOException, InterruptedException {
        Reading reading = open(query, headers);
        if (headers.length == 0 && reading.answer().statusCode() == 401) {
            throw new Check.SkippedException("the hub lets nobody read without a token");
        }
        Expect.status(reading.answer(), "GET ?" + query, 200);
        Reading.Piece first = reading.next(Reading.PATIENCE_MILLIS);
        Expect.that(first instanceof Reading.Comment, "a stream begins with a comment at once, got " + first);
        return reading;
    }

    /** The status of a GET, without waiting for more than the head. */
    int getStatus(String query, String... headers) throws IOException, InterruptedException {
        return open(query, headers).answer().statusCode();
    }

    Reading open(String query, String... headers) throws IOException, InterruptedException {
        HttpRequest request = request(target.url() + (query.isEmpty() ? "" : "?" + query), headers)
                .GET()
                .build();
        HttpResponse<InputStream> answer = http.send(request, BodyHandlers.ofInputStream());
        Reading reading = new Reading(answer);
        readings.add(reading);
        return reading;
    }

    // publishing

    /** Publishes what must be taken, and gives its id. */
    String publish(String... fields) throws IOException, InterruptedException {
        HttpResponse<String> answer = Expect.status(post(fields), "POST " + List.of(fields), 200);
        return answer.body().strip();
    }

    /** Posts fields and values with the token for everything, if there is a key. */
    HttpResponse<String> post(String... fields) throws IOException, InterruptedException {
        if (target.key() != null) {
            return postBody(form(fields), "Authorization", "Bearer " + fullToken());
        }
        HttpResponse<String> answer = postBody(form(fields));
        if (answer.statusCode() == 401) {
            throw new Check.SkippedException("the hub takes nothing without a token, and no key was given");
        }
        return answer;
    }

    HttpResponse<String> postAs(@Nullable String token, String... fields) throws IOException, InterruptedException {
        return token == null ? postBody(form(fields)) : postBody(form(fields), "Authorization", "Bearer " + token);
    }

    HttpResponse<String> postBody(String body, String... headers) throws IOException, InterruptedException {
        return send("POST", target.url().toString(), body, headers);
    }

    /** Sends a form by any method to any URL. */
    HttpResponse<String> send(String method, String url, @Nullable String body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = request(url, headers);
        if (body != null && !List.of(headers).contains("Content-Type")) {
            request.header("Content-Type", "application/x-www-form-urlencoded");
        }
        request.method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body, StandardCharsets.ISO_8859_1));
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /** Opens a stream by a method that has a body. */
    Reading query(String url, String body, String... headers) throws IOException, InterruptedException {
        HttpRequest request = request(url, headers)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .method("QUERY", BodyPublishers.ofString(body))
                .build();
        Reading reading = new Reading(http.send(request, BodyHandlers.ofInputStream()));
        readings.add(reading);
        return reading;
    }

    private static HttpRequest.Builder request(String url, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request;
    }

    static String form(String... fields) {
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            form.append(i == 0 ? "" : "&")
                    .append(encoded(fields[i]))
                    .append('=')
                    .append(encoded(fields[i + 1]));
        }
        return form.toString();
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    String cookie(String token) {
        return (target.is08() ? "__Secure-mercure_access_token=" : "mercureAuthorization=") + token;
    }

    @Override
    public void close() {
        readings.forEach(Reading::close);
        http.shutdownNow();
    }
}
