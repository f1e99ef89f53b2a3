package dev.pharos.config;

import dev.pharos.log.SyncPolicy;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The catalogue of everything that can be set, in the order in which it is explained. */
final class Settings {

    /** The list of keys, and that of the places where Mercure is spoken. */
    static final String KEYS = "authorization.keys";

    static final String MERCURE = "mercure";

    private static final List<Setting<?>> ALL = new ArrayList<>();

    static final Setting<InetSocketAddress> LISTEN =
            add(Setting.of("listen", Kinds.ADDRESS, "127.0.0.1:7070", "Where to listen; port 0 takes a free one.")
                    .withFlag("--listen"));
    static final Setting<Boolean> OPEN = add(Setting.of(
                    "open",
                    Kinds.YES_OR_NO,
                    "false",
                    "Let anybody who reaches the address read and publish. Only for a hub without keys, which needs it for"
                            + " any address that other machines can reach.")
            .withFlag("--open"));
    static final Setting<String> HOSTS = add(Setting.listOf(
            "hosts",
            Kinds.HOST_NAME,
            "Names that clients reach the hub by, such as `hub.example` (at any port) or `hub.example:8443`; other names"
                    + " get 421."));
    static final Setting<String> CORS = add(Setting.listOf(
                    "cors",
                    Kinds.WEB_ORIGIN,
                    "Origins whose pages may read and publish, such as `https://shop.example`; `*` is any.")
            .withFlag("--cors"));
    static final Setting<Transport> TRANSPORT =
            add(Setting.of("transport", Kinds.TRANSPORT, "auto", "How to talk to the kernel.")
                    .withFlag("--transport"));

    static final Setting<String> TRUSTED_PROXIES = add(Setting.listOf(
            "trusted-proxies",
            Kinds.NETWORK,
            "Proxies in front of the hub, which it believes who their client is (`Forwarded`, `X-Forwarded-For`): addresses or"
                    + " networks, such as `10.0.0.0/8`."));

    static final Setting<String> DATA =
            add(Setting.of("data", Kinds.TEXT, History.DIRECTORY, "The directory for history, made if there is none.")
                    .withFlag("--data"));
    static final Setting<Boolean> MEMORY = add(
            Setting.of("memory", Kinds.YES_OR_NO, "false", "Keep history in memory only, so that a restart forgets it.")
                    .withFlag("--memory"));
    static final Setting<SyncPolicy> FSYNC =
            add(Setting.of("fsync", Kinds.SYNC, "always", "When an event is safe, see above.")
                    .withFlag("--fsync"));
    static final Setting<Long> RETAIN_BYTES = add(Setting.of(
                    "history.retain-bytes",
                    Kinds.size("1", "1024TiB"),
                    "1GiB",
                    "How much history to keep. In memory the default is a quarter of the heap, at most 64MiB.")
            .withFlag("--retain-bytes"));
    static final Setting<Duration> RETAIN_AGE =
            add(Setting.of("history.retain-age", Kinds.time("1s", "100000d"), "7d", "How long to keep history.")
                    .withFlag("--retain-age"));
    static final Setting<OptionalLong> RETAIN_COUNT = add(Setting.of(
                    "history.retain-count",
                    Kinds.countOr(Kinds.OFF),
                    Kinds.OFF,
                    "How many events to keep; `off`: as many as size and age allow.")
            .withFlag("--retain-count"));
    static final Setting<Integer> KEEP_LAST = add(Setting.of(
            "history.keep-last",
            Kinds.count(0, 1000),
            "1",
            "How many of the newest events of each topic stay when busier topics push them out."));
    static final Setting<Integer> KEEP_LAST_TOPICS = add(Setting.of(
            "history.keep-last-topics",
            Kinds.count(1, 10_000_000),
            "10000",
            "For how many topics, those that were written last."));
    static final Setting<OptionalLong> KEEP_LAST_BYTES = add(Setting.of(
            "history.keep-last-bytes",
            Kinds.sizeOr(Kinds.AUTO),
            Kinds.AUTO,
            "The memory for these events; `auto`: an eighth of the heap, at most 64MiB."));

    static final Setting<Duration> HEARTBEAT = add(Setting.of(
            "heartbeat", Kinds.seconds(3600), "15s", "The longest silence of a stream before the hub says something."));
    static final Setting<Duration> RETRY = add(Setting.of(
            "retry",
            Kinds.time("1ms", "1h"),
            "2s",
            "After how long readers shall come back after the end of a stream, spread by a third."));
    static final Setting<Duration> DRAIN = add(Setting.of(
            "drain",
            Kinds.time("1ms", "10m"),
            "1500ms",
            "How long a hub that is stopped waits for its readers to take the end of their streams."));

    static final Setting<Duration> RECOVERY = add(Setting.of(
            "socketio.recovery",
            Kinds.secondsOr(1, Kinds.OFF, Duration.ZERO),
            Kinds.OFF,
            "How long after its connection broke a client of Socket.IO is given back its subscriptions and what it missed;"
                    + " `off`: it subscribes again."));

    static final Setting<Long> REQUEST_LINE = add(Setting.of(
            "limits.request-line", Kinds.size("1KiB", "1MiB"), "16KiB", "The longest request line (else 414)."));
    static final Setting<Long> HEADERS = add(Setting.of(
            "limits.headers", Kinds.size("1KiB", "1MiB"), "32KiB", "All header fields of a request (else 431)."));
    static final Setting<Duration> HEAD_TIME = add(Setting.of(
            "limits.head-time",
            Kinds.time("100ms", "1h"),
            "30s",
            "How long the head of a request may take, and its body beside a second for each KiB (else 408). An upload of"
                    + " NDJSON in chunks may take as long as it likes."));
    static final Setting<Long> EVENT = add(Setting.of(
            "limits.event",
            Kinds.size("1KiB", "64MiB"),
            "1MiB",
            "The data of an event, and a body or line that is one (else 413)."));
    static final Setting<Integer> SELECTORS = add(Setting.of(
            "limits.selectors", Kinds.count(1, 10_000), "100", "The selectors of a subscription (else 400)."));
    static final Setting<Long> SELECTOR =
            add(Setting.of("limits.selector", Kinds.size("16", "64KiB"), "4KiB", "The longest selector (else 400)."));
    static final Setting<Integer> TOPICS =
            add(Setting.of("limits.topics", Kinds.count(1, 10_000), "100", "The topics of an event (else 400)."));
    static final Setting<Long> TOPIC =
            add(Setting.of("limits.topic", Kinds.size("16", "64KiB"), "4KiB", "The longest topic (else 400)."));
    static final Setting<Integer> PATTERNS = add(Setting.of(
            "limits.patterns",
            Kinds.count(1, 1_000_000),
            "1000",
            "The distinct patterns that one topic has to be compared with; for others the hub is overloaded. "
                    + "One that is long or repeats counts for several."));
    static final Setting<OptionalLong> CONNECTIONS = add(Setting.of(
            "limits.connections",
            Kinds.countOr(Kinds.AUTO),
            Kinds.AUTO,
            "Connections at a time; `auto`: what the system's limit of open files allows."));

    static final Setting<OptionalLong> PER_SUBJECT = add(Setting.of(
            "limits.connections-per-subject",
            Kinds.countOr(Kinds.OFF),
            Kinds.OFF,
            "Connections at a time of those whose tokens have the same subject (else 429)."));
    static final Setting<OptionalLong> PER_ADDRESS = add(Setting.of(
            "limits.connections-per-address",
            Kinds.countOr(Kinds.OFF),
            Kinds.OFF,
            "Connections at a time from one address, or from one IPv6 network of 64 bits (else 429)."));
    static final Setting<OptionalLong> PUBLISHES = add(Setting.of(
            "limits.publishes-per-second",
            Kinds.countOr(Kinds.OFF),
            Kinds.OFF,
            "Events a second of one subject, or without one from one address (else 429)."));

    static final Setting<KeyEntry.Use> KEY_USE = add(Setting.of(
            KEYS + ".*.use",
            Kinds.choice("publish, subscribe or both", KeyEntry.Use::named),
            "both",
            "Whose tokens the key is for: those of publishers, of subscribers, or both."));
    static final Setting<String> KEY_SECRET = add(Setting.of(
            KEYS + ".*.secret",
            Kinds.TEXT,
            null,
            "A secret shared with whoever makes tokens (HS256, HS384, HS512). Better in a file."));
    static final Setting<String> KEY_SECRET_FILE = add(Setting.of(
            KEYS + ".*.secret-file",
            Kinds.TEXT,
            null,
            "A file with such a secret; a line break at its end does not count."));
    static final Setting<String> KEY_PEM_FILE = add(Setting.of(
            KEYS + ".*.pem-file",
            Kinds.TEXT,
            null,
            "A file with a public key or certificate in PEM (RS, PS, ES, EdDSA)."));
    static final Setting<String> KEY_JWKS_FILE =
            add(Setting.of(KEYS + ".*.jwks-file", Kinds.TEXT, null, "A file with a JSON Web Key Set (RFC 7517)."));
    static final Setting<URI> KEY_JWKS_URL = add(Setting.of(
            KEYS + ".*.jwks-url",
            Kinds.HTTP_URL,
            null,
            "Where such a set is published; fetched again before it gets old, and kept while its server is away."));
    static final Setting<String> KEY_ALGORITHMS = add(Setting.listOf(
            KEYS + ".*.algorithms",
            Kinds.ALGORITHM,
            "The only algorithms the key is good for. Default: those that fit it. Not with `jwks-url`."));
    static final Setting<String> KEY_ISSUER = add(Setting.of(
            KEYS + ".*.issuer",
            Kinds.TEXT,
            null,
            "Whose key it is: it verifies tokens with this `iss` only. Draft 08 needs it."));
    static final Setting<String> AUDIENCE = add(Setting.listOf(
            "authorization.audience",
            Kinds.TEXT,
            "What tokens of draft 08 may have as `aud`. Default: the `public-url` of the place."));
    static final Setting<String> COOKIE = add(Setting.of(
            "authorization.cookie",
            Kinds.COOKIE,
            null,
            "The cookie that may carry a token. Default: `mercureAuthorization`, for draft 08"
                    + " `__Secure-mercure_access_token`."));
    static final Setting<Boolean> QUERY_TOKEN = add(Setting.of(
            "authorization.query-token",
            Kinds.YES_OR_NO,
            "true",
            "Whether the query parameter `authorization` may carry a token; where draft 07 is spoken only."));
    static final Setting<Boolean> ANONYMOUS_READ = add(Setting.of(
            "authorization.anonymous.read",
            Kinds.YES_OR_NO,
            "false",
            "Whether anybody may read what is not private without a token."));
    static final Setting<Boolean> ANONYMOUS_PUBLISH = add(Setting.of(
            "authorization.anonymous.publish",
            Kinds.YES_OR_NO,
            "false",
            "Whether anybody may publish what is not private without a token."));
    static final Setting<String> PUBLISH_ORIGINS = add(Setting.listOf(
            "authorization.publish-origins",
            Kinds.WEB_ORIGIN,
            "Origins whose pages may publish with the cookie. Default: the hub's own."));

    static final Setting<Optional<Boolean>> PRESENCE = add(Setting.of(
            "presence",
            Kinds.YES_OR_NO_OR_AUTO,
            Kinds.AUTO,
            "Whether readers at `/events` are announced by events and can be listed, which takes keys; `auto`: if they are at"
                    + " a place of Mercure."));

    static final Setting<String> MERCURE_PATH =
            add(Setting.of(MERCURE + ".*.path", Kinds.URL_PATH, Mount.WELL_KNOWN, "Where Mercure is spoken."));
    static final Setting<Mount.Draft> MERCURE_DRAFT = add(Setting.of(
            MERCURE + ".*.draft",
            Kinds.choice("7 or 8", Mount.Draft::named),
            "7",
            "Which draft: 7, what nearly all clients speak, or 8."));
    static final Setting<Boolean> MERCURE_SUBSCRIPTIONS = add(Setting.of(
            MERCURE + ".*.subscriptions",
            Kinds.YES_OR_NO,
            "false",
            "Whether readers are announced by events and can be listed."));
    static final Setting<URI> MERCURE_PUBLIC_URL = add(
            Setting.listOf(
                    MERCURE + ".*.public-url",
                    Kinds.HTTP_URL,
                    "The URL that clients know the place by, or several: then the one whose host the request names. Draft 08 needs it."));
    static final Setting<Duration> MERCURE_LIFETIME = add(Setting.of(
            MERCURE + ".*.lifetime",
            Kinds.secondsOr(365, Kinds.OFF, Duration.ZERO),
            "12h",
            "How long a stream lasts at most, whatever its token says; streams end up to half of it earlier, so that their"
                    + " readers do not come back together."));
    static final Setting<Integer> MERCURE_FORBIDDEN = add(Setting.of(
            MERCURE + ".*.forbidden",
            Kinds.choice("403 or 401", text -> switch (text) {
                case "403" -> 403;
                case "401" -> 401;
                default -> null;
            }),
            "403",
            "The status of a good token without the right, in draft 07: 403, or 401 as the reference hub up to 0.24."));

    private Settings() {}

    /** All of them. */
    static List<Setting<?>> all() {
        return List.copyOf(ALL);
    }

    private static <T> Setting<T> add(Setting<T> setting) {
        ALL.add(setting);
        return setting;
    }
}
