package dev.pharos.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Writes a configuration as YAML, each value with where it comes from in a comment. */
final class YamlPrinter {

    private static final int COLUMN = 56;
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/._][A-Za-z0-9/._:%@+=-]*");

    private static final List<Setting<?>> OF_DISK =
            List.of(Settings.DATA, Settings.FSYNC, Settings.RETAIN_AGE, Settings.RETAIN_COUNT);

    private final Configuration configuration;
    private final Values values;
    private final StringBuilder out = new StringBuilder();

    YamlPrinter(Configuration configuration, Values values) {
        this.configuration = configuration;
        this.values = values;
    }

    String print() {
        children(Schema.root(), "", "");
        return out.toString();
    }

    private void children(Schema.Group group, String prefix, String indent) {
        for (Map.Entry<String, Schema> child : group.children().entrySet()) {
            String name = child.getKey();
            String key = prefix + name;
            switch (child.getValue()) {
                case Schema.Leaf leaf -> setting(leaf.setting(), name, key, indent);
                case Schema.Group inner -> {
                    int before = out.length();
                    out.append(indent).append(name).append(":\n");
                    int begin = out.length();
                    children(inner, key + ".", indent + "  ");
                    if (out.length() == begin) {
                        out.setLength(before);
                    }
                }
                case Schema.Items items -> items(items, name, key, indent);
            }
        }
    }

    private void items(Schema.Items items, String name, String key, String indent) {
        List<Integer> indices = values.indices(key);
        if (indices == null && key.equals(Settings.MERCURE)) {
            indices = List.of(0);
        }
        if (indices == null || indices.isEmpty()) {
            line(indent + name + ": []", values.origin(key));
            return;
        }
        out.append(indent).append(name).append(":\n");
        for (int index : indices) {
            int begin = out.length();
            children(items.each(), key + "." + index + ".", indent + "    ");
            out.setCharAt(begin + indent.length() + 2, '-');
        }
    }

    private void setting(Setting<?> setting, String name, String key, String indent) {
        Given given = values.given(key);
        if (isMeaningless(setting, given) || (given == null && setting.fallback() == null)) {
            return;
        }
        Origin origin = values.origin(key);
        if (setting.list()) {
            List<String> texts = new ArrayList<>();
            (given == null ? List.<String>of() : given.texts()).forEach(text -> texts.add(quoted(text)));
            line(indent + name + ": [" + String.join(", ", texts) + "]", origin);
        } else if (setting.secret()) {
            line(indent + name + ": " + quoted(Secret.MASK), origin);
        } else {
            String text = given == null
                    ? Objects.requireNonNull(setting.fallback())
                    : given.texts().getFirst();
            text = setting.path() ? absolute(key, text) : text;
            line(indent + name + ": " + quoted(text), origin);
        }
    }

    /** A path that means the same wherever the output is put. */
    private String absolute(String key, String text) {
        Path path = values.path(key);
        return (path == null ? Path.of(text) : path)
                .toAbsolutePath()
                .normalize()
                .toString();
    }

    /** What was said for a hub that keeps its history on disk, or has keys, and this one does not. */
    private boolean isMeaningless(Setting<?> setting, @Nullable Given given) {
        if (OF_DISK.contains(setting) && configuration.history().directory() == null) {
            return true;
        }
        return given == null
                && ((setting.equals(Settings.RETAIN_BYTES)
                                && configuration.history().directory() == null)
                        || (setting.key().startsWith("authorization.")
                                && !setting.key().startsWith(Settings.KEYS)
                                && !configuration.hasKeys()));
    }

    private void line(String text, Origin origin) {
        out.append(text).append(" ".repeat(Math.max(1, COLUMN - text.length()))).append("# ");
        out.append(origin.where().replaceAll("\\p{Cntrl}", "�")).append('\n');
    }

    static String quoted(String text) {
        if (PLAIN.matcher(text).matches() && !text.endsWith(":") && !text.equalsIgnoreCase("null")) {
            return text;
        }
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').appendCodePoint(c);
            } else if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff) {
                quoted.append("\\u%04x".formatted(c));
            } else {
                quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }
}
