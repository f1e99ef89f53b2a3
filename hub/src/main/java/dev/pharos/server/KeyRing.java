package dev.pharos.server;

import dev.pharos.auth.jwt.JwksFetcher;
import dev.pharos.auth.jwt.JwksSource;
import dev.pharos.auth.jwt.KeyException;
import dev.pharos.auth.jwt.KeySource;
import dev.pharos.auth.jwt.TrustedKeys;
import dev.pharos.config.KeyEntry;
import dev.pharos.config.KeyEntry.Material;
import dev.pharos.config.KeyFile;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes keys of what is configured. Sets that are published at a URL are shared by all who trust them, and stay what they are
 * when keys are read again. Thread-safe.
 */
public final class KeyRing {

    private final Map<URI, JwksSource> sets = new ConcurrentHashMap<>();
    private final JwksFetcher fetcher;
    private final InstantSource clock;

    /** Makes keys that are fetched over HTTP. */
    KeyRing(InstantSource clock) {
        this(JwksFetcher.HTTP, clock);
    }

    KeyRing(JwksFetcher fetcher, InstantSource clock) {
        this.fetcher = fetcher;
        this.clock = clock;
    }

    /**
     * Looks whether keys can be used, without fetching any.
     *
     * @throws UnusableKeyException when one cannot
     */
    public static void check(List<KeyEntry> entries) {
        new KeyRing(url -> new CompletableFuture<>(), InstantSource.system()).read(entries);
    }

    /**
     * The keys, by issuer.
     *
     * @throws UnusableKeyException when one cannot be read or used
     */
    Keys read(List<KeyEntry> entries) {
        Map<String, Group> groups = new LinkedHashMap<>();
        for (KeyEntry entry : entries) {
            List<KeySource> sources = sources(entry);
            Group group = groups.computeIfAbsent(entry.issuer() == null ? "" : entry.issuer(), name -> new Group());
            if (entry.use().publishes()) {
                group.publish.addAll(sources);
            }
            if (entry.use().subscribes()) {
                group.subscribe.addAll(sources);
            }
        }
        List<TrustedKeys.Issuer> issuers = new ArrayList<>();
        groups.forEach((name, group) ->
                issuers.add(new TrustedKeys.Issuer(name.isEmpty() ? null : name, group.publish, group.subscribe)));
        return new Keys(
                new TrustedKeys(issuers),
                new TrustedKeys(
                        issuers.stream().filter(issuer -> issuer.name() != null).toList()));
    }

    /**
     * Keys for the two kinds of tokens.
     *
     * @param any all of them
     * @param named those of issuers with a name, for tokens of draft 08
     */
    record Keys(TrustedKeys any, TrustedKeys named) {}

    private static final class Group {
        private final List<KeySource> publish = new ArrayList<>();
        private final List<KeySource> subscribe = new ArrayList<>();
    }

    private List<KeySource> sources(KeyEntry entry) {
        try {
            KeySource source = source(entry.material());
            return entry.algorithms().isEmpty()
                    ? List.of(source)
                    : entry.algorithms().stream().map(source::only).toList();
        } catch (IOException | KeyException e) {
            Path file = entry.material().file();
            String message = String.valueOf(e.getMessage());
            boolean saysWhere = file == null || message.contains(file.toString());
            throw new UnusableKeyException(entry.name(), saysWhere ? message : file + ": " + message);
        }
    }

    private KeySource source(Material material) throws IOException {
        return switch (material) {
            case Material.Text text -> secret(text);
            case Material.SecretFile file -> secret(file);
            case Material.PemFile file -> KeySource.pem(KeyFile.text(file.path()));
            case Material.JwksFile file -> KeySource.jwk(KeyFile.text(file.path()));
            case Material.JwksUrl published -> {
                JwksSource set = sets.computeIfAbsent(published.url(), url -> new JwksSource(url, fetcher, clock));
                set.prefetch();
                yield set;
            }
        };
    }

    private static KeySource secret(Material material) throws IOException {
        return KeySource.secret(KeyFile.secret(material).reveal().getBytes(StandardCharsets.UTF_8));
    }
}
