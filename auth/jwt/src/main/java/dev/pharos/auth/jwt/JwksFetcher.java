package dev.pharos.auth.jwt;

import java.net.URI;
import java.util.concurrent.CompletionStage;

/** What gets a key set from where an issuer publishes it. Thread-safe. */
@FunctionalInterface
public interface JwksFetcher {

    /** A fetch over HTTP or HTTPS by the JDK, each on a thread of its own that ends with it. */
    JwksFetcher HTTP = new HttpFetcher();

    /** Fetches the document; never blocks, completes on any thread, and fails when there is no document. */
    CompletionStage<Fetched> fetch(URI url);

    /**
     * A document.
     *
     * @param maxAgeSeconds for how long its server says that it holds, or -1 when it does not say
     */
    record Fetched(String document, long maxAgeSeconds) {}
}
