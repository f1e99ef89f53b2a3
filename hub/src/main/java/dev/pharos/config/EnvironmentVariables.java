package dev.pharos.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the environment into a layer: {@code PHAROS_} and the key in capital letters, with {@code _} for dots and dashes.
 *
 * <p>A name that begins so and means nothing is refused, since it is probably misspelt; not so those that the commands use for
 * themselves, and those that Kubernetes makes for services that are called pharos.
 */
final class EnvironmentVariables {

    private static final String PREFIX = "PHAROS_";
    private static final Pattern OTHERS = Pattern.compile(
            "PHAROS_(?:URL|TOKEN|TOKEN_KEY|CONFIG|JAVA_OPTS"
                    + "|(?:\\w+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_\\w+)?|PORT(?:_\\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)?))");
    private static final Pattern SEPARATOR = Pattern.compile("[\\s,]+");

    private EnvironmentVariables() {}

    static Layer read(Map<String, String> environment) {
        Layer layer = new Layer();
        Map<String, String> sorted = null;
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            if (variable.getKey().startsWith(PREFIX)
                    && !OTHERS.matcher(variable.getKey()).matches()) {
                sorted = sorted == null ? new TreeMap<>() : sorted;
                sorted.put(variable.getKey(), variable.getValue());
            }
        }
        if (sorted != null) {
            sorted.forEach((name, value) -> read(name, value, layer));
        }
        return layer;
    }

    private static void read(String name, String value, Layer layer) {
        Origin origin = new Origin.Variable(name);
        String key = key(name);
        if (key == null) {
            layer.problem(new Problem(
                    origin,
                    origin.where() + ": no setting is named so; "
                            + nearest(name)
                                    .map(near -> "did you mean '" + near + "'?")
                                    .orElse("'pharos config keys' lists what there is")));
            return;
        }
        layer.put(key, given(key, value, origin));
    }

    /** What a text on one line says: that of a list is split at spaces and commas. */
    static Given given(String key, String value, Origin origin) {
        Setting<?> setting = Schema.setting(key);
        if (setting != null && !setting.list()) {
            return Given.of(value, origin);
        }
        String list = value.strip();
        return new Given(list.isEmpty() || list.equals("[]") ? List.of() : List.of(SEPARATOR.split(list)), origin);
    }

    private static java.util.Optional<String> nearest(String name) {
        List<String> names = new ArrayList<>();
        Matcher number = Pattern.compile("_(\\d{1,3})_").matcher(name);
        String index = number.find() ? number.group(1) : "0";
        for (Setting<?> setting : Settings.all()) {
            names.add(Setting.variable(setting.key().replace("*", index)));
        }
        return Nearest.to(name, names);
    }

    private static @Nullable String key(String name) {
        for (String items : List.of(Settings.KEYS, Settings.MERCURE)) {
            if (name.equals(Setting.variable(items))) {
                return items;
            }
        }
        for (Setting<?> setting : Settings.all()) {
            String[] parts = setting.key().split("\\*", 2);
            if (parts.length == 1) {
                if (name.equals(Setting.variable(setting.key()))) {
                    return setting.key();
                }
                continue;
            }
            String before = Setting.variable(parts[0]);
            String after = Setting.variable(parts[1]).substring(PREFIX.length());
            if (name.startsWith(before) && name.endsWith(after) && name.length() > before.length() + after.length()) {
                String number = name.substring(before.length(), name.length() - after.length());
                if (number.matches("\\d{1,3}")) {
                    return setting.key(Integer.parseInt(number));
                }
            }
        }
        return null;
    }
}
