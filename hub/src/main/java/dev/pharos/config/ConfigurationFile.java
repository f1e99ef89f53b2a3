package dev.pharos.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a file into a layer: every name in it must be known, and have the form that belongs to it. */
final class ConfigurationFile {

    private static final int LARGEST = 1 << 20;

    private final Path path;
    private final Layer layer = new Layer();

    private ConfigurationFile(Path path) {
        this.path = path;
    }

    /** Reads a file; that it cannot be read is a problem of the layer. */
    static Layer read(Path path) {
        ConfigurationFile file = new ConfigurationFile(path);
        file.read();
        return file.layer;
    }

    /** Reads the text of a file. */
    static Layer read(Path path, String text) {
        ConfigurationFile file = new ConfigurationFile(path);
        file.parse(text);
        return file.layer;
    }

    private void read() {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(LARGEST + 1);
        } catch (NoSuchFileException e) {
            refuse("there is no such file");
            return;
        } catch (IOException e) {
            refuse(Files.isDirectory(path) ? "this is a directory" : "it cannot be read: " + e.getMessage());
            return;
        }
        if (bytes.length > LARGEST) {
            refuse("it is larger than 1 MiB, the limit");
            return;
        }
        try {
            parse(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            refuse("it is not UTF-8 text");
        }
    }

    private void refuse(String why) {
        layer.problem(new Problem(new Origin.File(path, 1), path + ": " + why));
    }

    private void parse(String text) {
        try {
            YamlNode root = YamlReader.read(text);
            if (root != null && !isNothing(root)) {
                read(root, Schema.root(), "");
            }
        } catch (YamlReader.Malformed e) {
            layer.problem(new Problem(new Origin.File(path, e.line()), path + ":" + e.line() + ": " + e.getMessage()));
        }
    }

    private void read(YamlNode node, Schema schema, String key) {
        switch (schema) {
            case Schema.Leaf leaf -> readSetting(node, leaf.setting(), key);
            case Schema.Items items -> readItems(node, items, key);
            case Schema.Group group -> readGroup(node, group, key);
        }
    }

    private void readGroup(YamlNode node, Schema.Group group, String key) {
        if (node instanceof YamlNode.Mapping mapping) {
            Map<String, Integer> seen = new HashMap<>();
            for (YamlNode.Entry entry : mapping.entries()) {
                String full = key.isEmpty() ? entry.name() : key + "." + entry.name();
                Integer before = seen.putIfAbsent(entry.name(), entry.line());
                Schema child = group.children().get(entry.name());
                if (before != null) {
                    problem(entry.line(), shown(full) + " is there twice, first in line " + before);
                } else if (child == null) {
                    unknown(entry, group, key, full);
                } else {
                    read(entry.value(), child, full);
                }
            }
        } else if (!isNothing(node)) {
            problem(
                    node.line(),
                    (key.isEmpty() ? "a configuration" : key) + " is a group, with these names in it: "
                            + String.join(", ", group.children().keySet()));
        }
    }

    private void unknown(YamlNode.Entry entry, Schema.Group group, String key, String full) {
        String near = Nearest.to(entry.name(), group.children().keySet())
                .map(name -> key.isEmpty() ? name : key + "." + name)
                .or(() -> Schema.nearest(full))
                .map(name -> "did you mean '" + name + "'?")
                .orElse("'pharos config keys' lists what there is");
        problem(entry.line(), "there is no setting " + Problem.shown(full) + "; " + near);
    }

    private void readItems(YamlNode node, Schema.Items items, String key) {
        if (node instanceof YamlNode.Sequence list) {
            if (list.items().isEmpty()) {
                layer.put(key, new Given(List.of(), new Origin.File(path, list.line())));
            }
            for (int i = 0; i < list.items().size(); i++) {
                YamlNode item = list.items().get(i);
                // An item without a word in it is one with every default.
                layer.put(key + "." + i, new Given(List.of(), new Origin.File(path, item.line())));
                readGroup(item, items.each(), key + "." + i);
            }
        } else if (!isNothing(node)) {
            problem(
                    node.line(),
                    key + " is a list: begin each entry with '- ', and below it "
                            + String.join(", ", items.each().children().keySet()));
        }
    }

    private void readSetting(YamlNode node, Setting<?> setting, String key) {
        Origin origin = new Origin.File(path, node.line());
        if (node instanceof YamlNode.Scalar scalar) {
            if (scalar.nothing()) {
                problem(
                        node.line(),
                        key + " has no value; it must be " + setting.kind().allowed());
            } else {
                layer.put(key, Given.of(scalar.text(), origin));
            }
        } else if (node instanceof YamlNode.Sequence list && setting.list()) {
            List<String> texts = new ArrayList<>();
            for (YamlNode item : list.items()) {
                if (item instanceof YamlNode.Scalar scalar && !scalar.nothing()) {
                    texts.add(scalar.text());
                } else {
                    problem(
                            item.line(),
                            key + " is a list of texts; each must be "
                                    + setting.kind().allowed());
                }
            }
            layer.put(key, new Given(texts, origin));
        } else {
            problem(
                    node.line(),
                    key + " has one value, not " + (node instanceof YamlNode.Sequence ? "a list" : "a group")
                            + "; it must be " + setting.kind().allowed());
        }
    }

    private static boolean isNothing(@Nullable YamlNode node) {
        return node instanceof YamlNode.Scalar scalar && scalar.nothing();
    }

    private static String shown(String key) {
        String quoted = Problem.shown(key);
        return quoted.substring(1, quoted.length() - 1);
    }

    private void problem(int line, String sentence) {
        layer.problem(new Problem(new Origin.File(path, line), path + ":" + line + ": " + sentence));
    }
}
