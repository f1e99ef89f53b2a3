package dev.pharos.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The catalogue as a tree, as it is written in a file. */
sealed interface Schema {

    /** One setting. */
    record Leaf(Setting<?> setting) implements Schema {}

    /** A group of settings and groups. */
    record Group(Map<String, Schema> children) implements Schema {}

    /** A list of groups that are all alike. */
    record Items(Group each) implements Schema {}

    /** The whole. */
    static Group root() {
        return Holder.ROOT;
    }

    /** The setting that a complete key names, such as {@code mercure.0.path}; null when there is none. */
    static @Nullable Setting<?> setting(String key) {
        return Holder.BY_KEY.get(pattern(key));
    }

    /** Whether {@code key} is that of a list of groups. */
    static boolean isItems(String key) {
        return key.equals(Settings.KEYS) || key.equals(Settings.MERCURE);
    }

    /** The key that was probably meant by one that does not exist. */
    static Optional<String> nearest(String key) {
        List<String> keys = new ArrayList<>(Holder.BY_KEY.keySet());
        String number = number(key);
        return Nearest.to(pattern(key), keys)
                .or(() -> sameName(pattern(key), keys))
                .map(near -> near.replace("*", number));
    }

    /** A key that is right but for its place: {@code retain-age} for {@code history.retain-age}. */
    private static Optional<String> sameName(String key, List<String> keys) {
        String name = key.substring(key.lastIndexOf('.') + 1);
        List<String> names = keys.stream()
                .map(known -> known.substring(known.lastIndexOf('.') + 1))
                .toList();
        return Nearest.to(name, names).map(near -> keys.get(names.indexOf(near)));
    }

    private static String pattern(String key) {
        return Holder.NUMBER.matcher(key).replaceFirst(".*.");
    }

    private static String number(String key) {
        Matcher number = Holder.NUMBER.matcher(key);
        return number.find() ? number.group(1) : "0";
    }

    /** What is made of the catalogue, once. */
    final class Holder {

        private static final Pattern NUMBER = Pattern.compile("\\.(\\d{1,3})\\.");
        private static final Map<String, Setting<?>> BY_KEY = new LinkedHashMap<>();
        private static final Group ROOT = new Group(new LinkedHashMap<>());

        static {
            for (Setting<?> setting : Settings.all()) {
                BY_KEY.put(setting.key(), setting);
                plant(ROOT, setting.key().split("\\."), 0, setting);
            }
        }

        private Holder() {}

        private static void plant(Group group, String[] path, int depth, Setting<?> setting) {
            if (depth == path.length - 1) {
                group.children().put(path[depth], new Leaf(setting));
                return;
            }
            boolean list = path[depth + 1].equals("*");
            Schema child = group.children().computeIfAbsent(path[depth], name -> {
                Group inner = new Group(new LinkedHashMap<>());
                return list ? new Items(inner) : inner;
            });
            switch (child) {
                case Group inner -> plant(inner, path, depth + 1, setting);
                case Items items -> plant(items.each(), path, depth + 2, setting);
                case Leaf leaf -> throw new IllegalStateException(leaf.setting().key() + " is a group and a setting");
            }
        }
    }
}
