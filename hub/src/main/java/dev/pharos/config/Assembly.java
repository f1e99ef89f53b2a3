package dev.pharos.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Makes the records of the values, and notes what does not fit together. */
final class Assembly {

    private static final List<String> TAKEN =
            List.of("/events", "/health", "/metrics", "/request-fields", "/sockjs", "/socket.io");

    private final Values values;

    Assembly(Values values) {
        this.values = values;
    }

    /** The records; to be used only if there was no problem. */
    Configuration configuration() {
        Authorization authorization = new AuthorizationAssembly(values).authorization();
        Network network = network(!authorization.keys().isEmpty());
        Streams streams = new Streams(
                values.get(Settings.HEARTBEAT),
                values.get(Settings.RETRY),
                values.get(Settings.DRAIN),
                values.get(Settings.RECOVERY));
        List<Mount> mercure = mercure(authorization);
        boolean presence = presence(!authorization.keys().isEmpty(), mercure);
        return new Configuration(network, history(), streams, bounds(), authorization, presence, mercure);
    }

    private Network network(boolean hasKeys) {
        Network network = new Network(
                values.get(Settings.LISTEN),
                values.get(Settings.OPEN),
                values.list(Settings.HOSTS, Settings.HOSTS.key()),
                values.list(Settings.CORS, Settings.CORS.key()),
                values.list(Settings.TRUSTED_PROXIES, Settings.TRUSTED_PROXIES.key()),
                values.get(Settings.TRANSPORT));
        boolean keysMeant = hasKeys || values.indices(Settings.KEYS) != null;
        if (!network.open() && !keysMeant && !network.listen().getAddress().isLoopbackAddress()) {
            Given listen = values.given(Settings.LISTEN.key());
            values.problem(
                    Settings.LISTEN.key(),
                    " is " + (listen == null ? "" : Problem.shown(listen.texts().getFirst()))
                            + ", which other machines can reach, and this hub has no keys: whoever reaches it could read and"
                            + " publish everything. Give it keys (authorization.keys), or add --open if that is meant, or"
                            + " listen on 127.0.0.1 and put a proxy in front");
        } else if (network.open() && hasKeys) {
            values.problem(
                    Settings.OPEN.key(),
                    " is true, but the hub has keys: open is for a hub without any. What anybody may do without a token"
                            + " is set by authorization.anonymous.read and authorization.anonymous.publish");
        }
        return network;
    }

    private History history() {
        boolean memory = values.get(Settings.MEMORY);
        if (memory) {
            for (Setting<?> onDisk :
                    List.of(Settings.DATA, Settings.FSYNC, Settings.RETAIN_AGE, Settings.RETAIN_COUNT)) {
                refuseBesideMemory(onDisk);
            }
        }
        boolean chosen = !memory || values.has(Settings.RETAIN_BYTES);
        Long bytes = values.get(Settings.RETAIN_BYTES);
        return new History(
                memory ? null : directory(),
                values.get(Settings.FSYNC),
                chosen ? OptionalLong.of(bytes) : OptionalLong.empty(),
                values.get(Settings.RETAIN_AGE),
                values.get(Settings.RETAIN_COUNT),
                values.get(Settings.KEEP_LAST),
                values.get(Settings.KEEP_LAST_TOPICS),
                values.get(Settings.KEEP_LAST_BYTES));
    }

    /** What was said of the disk by a weaker source than the one that wants none is no contradiction. */
    private void refuseBesideMemory(Setting<?> onDisk) {
        Origin memory = values.origin(Settings.MEMORY.key());
        if (values.has(onDisk) && values.origin(onDisk.key()).rank() >= memory.rank()) {
            values.problem(
                    onDisk.key(),
                    " is of no use beside " + memory.subject(Settings.MEMORY.key())
                            + ", which keeps nothing on disk: leave out one of them");
        }
    }

    private Path directory() {
        Path path = values.path(Settings.DATA.key());
        return path == null ? Path.of(History.DIRECTORY) : path;
    }

    private Bounds bounds() {
        return new Bounds(
                values.get(Settings.REQUEST_LINE).intValue(),
                values.get(Settings.HEADERS).intValue(),
                values.get(Settings.HEAD_TIME),
                values.get(Settings.EVENT).intValue(),
                values.get(Settings.SELECTORS),
                values.get(Settings.SELECTOR).intValue(),
                values.get(Settings.TOPICS),
                values.get(Settings.TOPIC).intValue(),
                values.get(Settings.PATTERNS),
                values.get(Settings.CONNECTIONS),
                values.get(Settings.PER_SUBJECT),
                values.get(Settings.PER_ADDRESS),
                values.get(Settings.PUBLISHES));
    }

    private List<Mount> mercure(Authorization authorization) {
        List<Integer> indices = values.indices(Settings.MERCURE);
        if (indices == null) {
            return List.of(mount(0));
        }
        List<Mount> mounts = new ArrayList<>();
        Map<String, String> paths = new HashMap<>();
        for (int index : indices) {
            Mount mount = mount(index);
            check(mount, index, authorization, paths);
            mounts.add(mount);
        }
        return mounts;
    }

    private Mount mount(int index) {
        return new Mount(
                values.get(Settings.MERCURE_PATH, Settings.MERCURE_PATH.key(index)),
                values.get(Settings.MERCURE_DRAFT, Settings.MERCURE_DRAFT.key(index)),
                values.get(Settings.MERCURE_SUBSCRIPTIONS, Settings.MERCURE_SUBSCRIPTIONS.key(index)),
                values.list(Settings.MERCURE_PUBLIC_URL, Settings.MERCURE_PUBLIC_URL.key(index)),
                values.get(Settings.MERCURE_LIFETIME, Settings.MERCURE_LIFETIME.key(index)),
                values.get(Settings.MERCURE_FORBIDDEN, Settings.MERCURE_FORBIDDEN.key(index)));
    }

    /** Without keys nobody has a grant to ask who reads what, and whoever comes and goes is two events in the log. */
    private boolean presence(boolean hasKeys, List<Mount> mercure) {
        boolean asked = values.get(Settings.PRESENCE).orElse(false);
        if (asked && !hasKeys && values.indices(Settings.KEYS) == null) {
            values.problem(
                    Settings.PRESENCE.key(),
                    " is true, which is of no use without keys: it takes a token to ask who reads what. Add"
                            + " authorization.keys, or leave it out");
        }
        boolean suits = mercure.stream().anyMatch(Mount::subscriptions);
        return hasKeys && values.get(Settings.PRESENCE).orElse(suits);
    }

    private void check(Mount mount, int index, Authorization authorization, Map<String, String> paths) {
        String key = Settings.MERCURE_PATH.key(index);
        String item = Settings.MERCURE + "." + index;
        String before = paths.putIfAbsent(mount.path(), key);
        if (before != null) {
            problem(
                    key,
                    item,
                    " is " + Problem.shown(mount.path()) + ", which is " + before
                            + " too; one draft is spoken at a path");
        }
        for (String taken : TAKEN) {
            if (mount.path().equals(taken) || mount.path().startsWith(taken + "/")) {
                problem(key, item, " is " + Problem.shown(mount.path()) + ", which belongs to the hub itself");
            }
        }
        if (mount.draft() == Mount.Draft.D08) {
            if (values.given(Settings.MERCURE_FORBIDDEN.key(index)) != null) {
                problem(
                        Settings.MERCURE_FORBIDDEN.key(index),
                        item,
                        " is of no use with draft 8, which says itself what it is; leave it out");
            }
            if (mount.publicUrls().isEmpty()) {
                problem(
                        Settings.MERCURE_DRAFT.key(index),
                        item,
                        " is 8, which needs " + Settings.MERCURE_PUBLIC_URL.key(index)
                                + ": the URL that clients know it by, and that tokens are made for");
            }
            if (!authorization.keys().isEmpty()
                    && authorization.keys().stream().allMatch(source -> source.issuer() == null)) {
                problem(
                        Settings.MERCURE_DRAFT.key(index),
                        item,
                        " is 8, whose tokens name who made them: give the key of each issuer its name in "
                                + Settings.KEY_ISSUER.key(0));
            }
        }
    }

    /** Notes a problem of a key, or if nobody gave it, of the group it would be in. */
    private void problem(String key, String item, String what) {
        Given given = values.given(key);
        Given group = values.given(item);
        Origin origin = given != null ? given.origin() : group != null ? group.origin() : new Origin.Default();
        values.problems().add(Problem.with(key, origin, what));
    }
}
