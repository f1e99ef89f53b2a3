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
        Expect.status(reading.answer(), "GET ?" + query, 200);
        Reading.Piece first = reading.next(Reading.PATIENCE_MILLIS);
        Expect.that(first instanceof Reading.Comment, "a stream begins with a comment at once, got " + first);
        return reading;
    }

    /** The status of a GET, without waiting for more than the head. */
    int getStatus(String query, String... headers) throws IOException, InterruptedException {
        return open(query, headers).answer().statusCode();
    }

    /** Opens a stream, or what is answered instead. */
    Reading open(String query, String... headers) throws IOException, InterruptedException {
        return kept(letIn(request(url(query), headers).GET(), BodyHandlers.ofInputStream(), headers));
    }

    /** The same without a token, whatever the hub says to that. */
    Reading openAsStranger(String query) throws IOException, InterruptedException {
        return kept(http.send(request(url(query)).GET().build(), BodyHandlers.ofInputStream()));
    }

    /** Opens a stream by a method that has a body. */
    Reading query(String url, String body) throws IOException, InterruptedException {
        HttpRequest.Builder request = request(url)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .method("QUERY", BodyPublishers.ofString(body));
        return kept(letIn(request, BodyHandlers.ofInputStream()));
    }

    /** Sends a request of a reader that has no body. */
    HttpResponse<String> ask(String method, String query) throws IOException, InterruptedException {
        return letIn(request(url(query)).method(method, BodyPublishers.noBody()), BodyHandlers.ofString());
    }

    private String url(String query) {
        return target.url() + (query.isEmpty() ? "" : "?" + query);
    }

    private Reading kept(HttpResponse<InputStream> answer) {
        Reading reading = new Reading(answer);
        readings.add(reading);
        return reading;
    }

    /**
     * Sends a reader's request. A hub that lets nobody in without a token is given one that grants nothing, whose bearer reads
     * what anybody would where nobody needs one.
     */
    private <T> HttpResponse<T> letIn(HttpRequest.Builder request, HttpResponse.BodyHandler<T> body, String... headers)
            throws IOException, InterruptedException {
        HttpResponse<T> answer = http.send(request.build(), body);
        List<String> fields = List.of(headers);
        if (answer.statusCode() != 401 || fields.contains("Authorization") || fields.contains("Cookie")) {
            return answer;
        }
        if (answer.body() instanceof InputStream unread) {
            unread.close(); // until then it would keep its connection
        }
        if (target.key() == null) {
            throw new Check.RefusedException("the hub lets nobody read without a token, and no key was given");
        }
        request.header("Authorization", "Bearer " + token().sign());
        return http.send(request.build(), body);
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
            throw new Check.RefusedException("the hub takes nothing without a token, and no key was given");
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
