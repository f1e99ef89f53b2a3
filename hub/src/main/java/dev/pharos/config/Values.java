package dev.pharos.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What all sources together say, a value for a key: the strongest one's. It notes what cannot be understood, and gives the
 * default for it, so that one reading finds every problem.
 *
 * <p>A list of groups comes from one source as a whole.
 */
final class Values {

    private final Map<String, Given> values;
    private final List<Problem> problems;

    private Values(Map<String, Given> values, List<Problem> problems) {
        this.values = values;
        this.problems = problems;
    }

    /** Puts layers on top of each other, the weakest first. */
    static Values of(List<Layer> layers) {
        Map<String, Given> all = new LinkedHashMap<>();
        List<Problem> problems = new ArrayList<>();
        for (Layer layer : layers) {
            for (String items : List.of(Settings.KEYS, Settings.MERCURE)) {
                if (layer.values().keySet().stream().anyMatch(key -> isIn(items, key))) {
                    all.keySet().removeIf(key -> isIn(items, key));
                }
            }
            all.putAll(layer.values());
            problems.addAll(layer.problems());
        }
        return new Values(all, problems);
    }

    private static boolean isIn(String items, String key) {
        return key.equals(items) || (key.startsWith(items) && key.charAt(items.length()) == '.');
    }

    List<Problem> problems() {
        return problems;
    }

    /** What was given for a key. */
    @Nullable
    Given given(String key) {
        return values.get(key);
    }

    /** Where the value of a key comes from. */
    Origin origin(String key) {
        Given given = values.get(key);
        return given == null ? new Origin.Default() : given.origin();
    }

    boolean has(Setting<?> setting) {
        return values.containsKey(setting.key());
    }

    /** The numbers of the groups in a list, or null when nobody says anything of it. */
    @Nullable
    List<Integer> indices(String items) {
        TreeSet<Integer> indices = new TreeSet<>();
        boolean named = false;
        for (String key : values.keySet()) {
            if (isIn(items, key)) {
                named = true;
                if (key.length() > items.length()) {
                    String rest = key.substring(items.length() + 1);
                    int dot = rest.indexOf('.');
                    indices.add(Integer.valueOf(dot < 0 ? rest : rest.substring(0, dot)));
                }
            }
        }
        return named ? List.copyOf(indices) : null;
    }

    /** The value of a setting that has a default. */
    <T> T get(Setting<T> setting) {
        return get(setting, setting.key());
    }

    /** The same under a complete key. */
    <T> T get(Setting<T> setting, String key) {
        T value = find(setting, key);
        return value != null ? value : setting.kind().read(Objects.requireNonNull(setting.fallback()));
    }

    /** The value of a setting, if there is one. */
    <T> @Nullable T find(Setting<T> setting) {
        return find(setting, setting.key());
    }

    /** The same under a complete key. */
    <T> @Nullable T find(Setting<T> setting, String key) {
        Given given = values.get(key);
        if (given == null || given.texts().isEmpty()) {
            return null;
        }
        return read(setting, key, given.texts().getFirst(), given.origin());
    }

    /** All values of a list. */
    <T> List<T> list(Setting<T> setting, String key) {
        List<T> list = new ArrayList<>();
        Given given = values.get(key);
        if (given != null) {
            for (String text : given.texts()) {
                T value = read(setting, key, text, given.origin());
                if (value != null) {
                    list.add(value);
                }
            }
        }
        return list;
    }

    private <T> @Nullable T read(Setting<T> setting, String key, String text, Origin origin) {
        try {
            return setting.kind().read(text);
        } catch (IllegalArgumentException e) {
            String shown = setting.secret() ? " " : " is " + Problem.shown(text) + ", but ";
            problems.add(Problem.with(key, origin, shown + e.getMessage()));
            return null;
        }
    }

    /** The file a setting names; one in a file is meant from where that is. */
    @Nullable
    Path path(String key) {
        Given given = values.get(key);
        if (given == null || given.texts().isEmpty()) {
            return null;
        }
        try {
            Path path = Path.of(given.texts().getFirst());
            return given.origin() instanceof Origin.File file && file.path().getParent() != null
                    ? file.path().getParent().resolve(path)
                    : path;
        } catch (java.nio.file.InvalidPathException e) {
            problem(key, " is " + Problem.shown(given.texts().getFirst()) + ", but must be the name of a file");
            return null;
        }
    }

    /** Notes a problem with the value of a key. */
    void problem(String key, String what) {
        problems.add(Problem.with(key, origin(key), what));
    }
}
