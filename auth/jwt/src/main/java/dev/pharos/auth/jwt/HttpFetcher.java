package dev.pharos.auth.jwt;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Fetches key sets over HTTP, bounded in time and bytes. */
final class HttpFetcher implements JwksFetcher {

    private static final int CONNECT_MILLIS = 5_000;
    private static final int SILENCE_MILLIS = 5_000;
    private static final int MOST_BYTES = 512 << 10;
    /** Of so many bytes each, with the time of silence, so that a server that drips holds a thread for a bounded time. */
    private static final int MOST_READS = 1_000;

    @Override
    public CompletionStage<Fetched> fetch(URI url) {
        CompletableFuture<Fetched> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> run(url, result), "pharos-key-set");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    private static void run(URI url, CompletableFuture<Fetched> result) {
        try {
            result.complete(get(url));
        } catch (IOException | RuntimeException failure) {
            result.completeExceptionally(failure);
        }
    }

    private static Fetched get(URI url) throws IOException {
        URLConnection opened = url.toURL().openConnection();
        if (!(opened instanceof HttpURLConnection connection)) {
            throw new IOException("a key set is at an http or https URL");
        }
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setReadTimeout(SILENCE_MILLIS);
        connection.setRequestProperty("Accept", "application/jwk-set+json, application/json");
        try {
            int status = connection.getResponseCode();
            if (status != 200) {
                throw new IOException("the answer has status " + status);
            }
            try (InputStream body = connection.getInputStream()) {
                return new Fetched(read(body), maxAge(connection.getHeaderField("Cache-Control")));
            }
        } finally {
            connection.disconnect();
        }
    }

    private static String read(InputStream body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[8 << 10];
        for (int reads = 0; ; reads++) {
            int length = body.read(buffer);
            if (length < 0) {
                return bytes.toString(StandardCharsets.UTF_8);
            }
            bytes.write(buffer, 0, length);
            if (bytes.size() > MOST_BYTES || reads == MOST_READS) {
                throw new IOException("the key set has more than " + MOST_BYTES + " bytes, or comes in crumbs");
            }
        }
    }

    /** The {@code max-age} of the field (RFC 9111 section 5.2.2.1), or -1. */
    static long maxAge(@Nullable String cacheControl) {
        if (cacheControl == null) {
            return -1;
        }
        for (String directive : cacheControl.toLowerCase(Locale.ROOT).split(",", -1)) {
            String word = directive.strip();
            if (word.matches("max-age=\"?[0-9]{1,9}\"?")) {
                return Long.parseLong(word.substring(8).replace("\"", ""));
            }
        }
        return -1;
    }
}
