package dev.pharos.client;

import dev.pharos.log.Event;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Speaks HTTP to one hub: one request in, one outcome out; retrying is the caller's.
 *
 * <p>Thread-safe. Redirects are not followed, so that a token goes to the given address only.
 */
public final class HubClient implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
    private static final int SHOWN = 500;
    private static final Pattern HEADER_SAFE = Pattern.compile("[\\x21-\\x7e]+");
    private static final String NOTICE = "Pharos-Notice";

    private final HubUrl hub;
    private final @Nullable String token;
    private final HttpClient http;

    /** A client of {@code hub}; {@code token}, if any, goes along with each request. */
    public HubClient(HubUrl hub, @Nullable String token) {
        this.hub = hub;
        this.token = token;
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT);
        if (hub.endpoint().getScheme().equalsIgnoreCase("http")) {
            builder.sslContext(trustsNobody());
        }
        this.http = builder.build();
    }

    /** What a client without TLS has no use for, so that it need not read the JDK's list of certificates. */
    private static SSLContext trustsNobody() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[0], new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }

    /** The hub it speaks to. */
    public HubUrl hub() {
        return hub;
    }

    /** Publishes one event, with its idempotency key if it has one. */
    public Outcome publish(Event event) throws InterruptedException {
        List<Map.Entry<String, String>> form = new ArrayList<>();
        for (String topic : event.topics()) {
            form.add(Map.entry("topic", topic));
        }
        add(form, "id", event.id());
        add(form, "type", event.type());
        add(form, "key", event.key());
        if (event.retry() >= 0) {
            form.add(Map.entry("retry", Long.toString(event.retry())));
        }
        if (event.isPrivate()) {
            form.add(Map.entry("private", "on"));
        }
        form.add(Map.entry("data", event.data()));
        byte[] body = HubUrl.form(form).getBytes(StandardCharsets.US_ASCII);
        return post("application/x-www-form-urlencoded", body, event.idempotencyKey());
    }

    /** Publishes events given one a line in their JSON shape; what has the same key and number of its line, once. */
    Outcome publishLines(byte[] lines, String idempotencyKey) throws InterruptedException {
        return post("application/x-ndjson", lines, idempotencyKey);
    }

    private Outcome post(String type, byte[] body, @Nullable String idempotencyKey) throws InterruptedException {
        HttpRequest.Builder request = request(HttpRequest.newBuilder(hub.endpoint()))
                .header("Content-Type", type)
                .timeout(ANSWER_TIMEOUT)
                .POST(BodyPublishers.ofByteArray(body));
        if (idempotencyKey != null) {
            request.header("Idempotency-Key", idempotencyKey);
        }
        try {
            return outcome(http.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException e) {
            return new Outcome.Away(reason(e), null, 0);
        }
    }

    /** Opens a stream; the response's status and the time it takes are the caller's affair. */
    <T> CompletableFuture<HttpResponse<T>> stream(
            List<Map.Entry<String, String>> parameters, @Nullable String lastEventId, BodyHandler<T> handler) {
        List<Map.Entry<String, String>> query = new ArrayList<>(parameters);
        boolean inHeader =
                lastEventId != null && HEADER_SAFE.matcher(lastEventId).matches();
        if (!inHeader) {
            add(query, "lastEventId", lastEventId);
        }
        HttpRequest.Builder request = request(HttpRequest.newBuilder(hub.with(query)))
                .header("Accept", "text/event-stream")
                .header("Cache-Control", "no-cache");
        if (lastEventId != null && inHeader) {
            request.header("Last-Event-ID", lastEventId);
        }
        return http.sendAsync(request.build(), handler);
    }

    private HttpRequest.Builder request(HttpRequest.Builder request) {
        return token == null ? request : request.header("Authorization", "Bearer " + token);
    }

    private Outcome outcome(HttpResponse<String> response) {
        int status = response.statusCode();
        String body = response.body();
        if (status == 200) {
            FlatJson answer = FlatJson.of(body);
            String last = answer == null ? null : answer.text("last");
            return new Outcome.Accepted(
                    last == null ? body.strip() : last,
                    response.headers().firstValue(NOTICE).orElse(null));
        }
        String sentence = sentence(status, body);
        FlatJson answer = FlatJson.of(body);
        int accepted = answer == null ? -1 : (int) answer.number("accepted", -1);
        return later(status)
                ? new Outcome.Away(sentence, retryAfter(response), Math.max(0, accepted))
                : new Outcome.Refused(status, sentence, accepted);
    }

    /** Whether a status says that the same request may succeed later. */
    static boolean later(int status) {
        return status >= 500 || status == 408 || status == 425 || status == 429;
    }

    /** The wait a response asks for in seconds, or null. */
    static @Nullable Duration retryAfter(HttpResponse<?> response) {
        String value = response.headers().firstValue("Retry-After").orElse("");
        return value.matches("\\d{1,6}") ? Duration.ofSeconds(Long.parseLong(value)) : null;
    }

    /** What a refusal's body says, with the status, on one line, and what may help against it. */
    String sentence(int status, String body) {
        FlatJson answer = FlatJson.of(body);
        String said = answer == null ? null : answer.text("error");
        String text = (said == null ? body : said).strip().replaceAll("\\s+|\\p{Cntrl}", " ");
        if (text.length() > SHOWN) {
            text = text.substring(0, SHOWN) + "…";
        }
        return (text.isEmpty() ? "the hub answered " + status : text + " (" + status + ")") + help(status);
    }

    private String help(int status) {
        if (status != 401 && status != 403) {
            return "";
        }
        if (token == null) {
            return status == 401 ? ". Give a token with --token or $PHAROS_TOKEN" : "";
        }
        return ". 'pharos token inspect' shows what is in your token";
    }

    /** Why there was no answer, for people. */
    String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException) {
                return "there is no host '" + hub.endpoint().getHost() + "'";
            } else if (cause instanceof HttpTimeoutException) {
                return "no answer from " + hub + " in time";
            }
        }
        if (failure instanceof ConnectException) {
            return "no hub answers at " + hub;
        }
        String message = failure.getMessage();
        return "the connection to " + hub + " broke" + (message == null ? "" : ": " + message);
    }

    private static void add(List<Map.Entry<String, String>> form, String name, @Nullable String value) {
        if (value != null) {
            form.add(Map.entry(name, value));
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
