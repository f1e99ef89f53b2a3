package dev.pharos.config;

import java.nio.file.Path;
import java.util.List;

/** Reads configurations for tests. */
final class Read {

    private static final Path FILE = Path.of("pharos.yaml");

    private Read() {}

    /** What a file with this text becomes. */
    static Configuration file(String text) {
        return effective(text).configuration();
    }

    static Effective effective(String text) {
        return Sources.read(Values.of(List.of(ConfigurationFile.read(FILE, text))));
    }

    /** What is wrong with it. */
    static List<String> problems(String text) {
        try {
            file(text);
            return List.of();
        } catch (ConfigurationException e) {
            return e.problems().stream().map(Problem::sentence).toList();
        }
    }

    /** YAML that gives one key a value. */
    static String yaml(String key, String value) {
        StringBuilder yaml = new StringBuilder();
        int depth = 0;
        boolean item = false;
        for (String name : key.split("\\.")) {
            if (name.equals("0")) {
                item = true;
                continue;
            }
            if (depth > 0) {
                yaml.append(":\n").append("  ".repeat(depth - (item ? 1 : 0))).append(item ? "- " : "");
                item = false;
            }
            yaml.append(name);
            depth++;
        }
        return yaml.append(": ").append(value).append('\n').toString();
    }
}
