package dev.pharos.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where a configuration is read from: a file, the environment, flags. Immutable; it can be read again later. */
public final class Sources {

    private final @Nullable Path file;
    private final Map<String, String> environment;
    private final List<Flag> flags;

    private Sources(@Nullable Path file, Map<String, String> environment, List<Flag> flags) {
        this.file = file;
        this.environment = Map.copyOf(environment);
        this.flags = List.copyOf(flags);
    }

    /** What somebody says on a command line. */
    private record Flag(String name, String key, List<String> texts) {}

    /** Sources with nothing but the environment. */
    public static Sources of(Map<String, String> environment) {
        return new Sources(null, environment, List.of());
    }

    /** The same with a file. */
    public Sources withFile(@Nullable Path path) {
        return new Sources(path, environment, flags);
    }

    /** The same with a flag, given with its dashes. */
    public Sources withFlag(String name, List<String> texts) {
        Setting<?> setting = Settings.all().stream()
                .filter(known -> name.equals(known.flag()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no setting has the flag " + name));
        return with(new Flag(name, setting.key(), texts));
    }

    /** The same with {@code --set}. */
    public Sources withAssignment(String assignment) {
        return with(new Flag("--set", assignment, List.of()));
    }

    private Sources with(Flag flag) {
        List<Flag> more = new ArrayList<>(flags);
        more.add(flag);
        return new Sources(file, environment, more);
    }

    /** The file, if there is one. */
    public Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    /**
     * Reads everything.
     *
     * @throws ConfigurationException when anything is wrong
     */
    public Effective read() {
        List<Layer> layers = new ArrayList<>();
        if (file != null) {
            layers.add(ConfigurationFile.read(file));
        }
        layers.add(EnvironmentVariables.read(environment));
        layers.add(flagLayer());
        return read(Values.of(layers));
    }

    static Effective read(Values values) {
        Configuration configuration = new Assembly(values).configuration();
        if (!values.problems().isEmpty()) {
            throw new ConfigurationException(values.problems());
        }
        return new Effective(configuration, values);
    }

    private Layer flagLayer() {
        Layer layer = new Layer();
        for (Flag flag : flags) {
            if (flag.name().equals("--set")) {
                assign(flag.key(), layer);
            } else {
                put(layer, flag.key(), new Given(flag.texts(), new Origin.Flag(flag.name())));
            }
        }
        return layer;
    }

    private static void assign(String assignment, Layer layer) {
        int equals = assignment.indexOf('=');
        String key = equals < 0 ? assignment : assignment.substring(0, equals);
        Origin origin = new Origin.Flag("--set " + key);
        Setting<?> setting = Schema.setting(key);
        if (setting == null && !Schema.isItems(key)) {
            layer.problem(new Problem(
                    new Origin.Flag("--set"),
                    "--set: there is no setting " + Problem.shown(key) + "; "
                            + Schema.nearest(key)
                                    .map(near -> "did you mean '" + near + "'?")
                                    .orElse("'pharos config keys' lists what there is")));
        } else if (equals < 0) {
            layer.problem(
                    new Problem(new Origin.Flag("--set"), "--set takes a key and a value, as in " + key + "=VALUE"));
        } else if (setting != null && setting.secret()) {
            layer.problem(new Problem(
                    origin,
                    origin.where() + ": every list of processes would show the secret; name a file with " + key
                            + "-file, or set $" + Setting.variable(key)));
        } else {
            put(layer, key, EnvironmentVariables.given(key, assignment.substring(equals + 1), origin));
        }
    }

    private static void put(Layer layer, String key, Given given) {
        Given before = layer.values().get(key);
        if (before != null) {
            layer.problem(new Problem(
                    given.origin(),
                    given.origin().where() + " and " + before.origin().where() + " set the same; leave one out"));
        }
        layer.put(key, given);
    }
}
