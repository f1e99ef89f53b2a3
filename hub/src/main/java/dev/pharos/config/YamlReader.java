package dev.pharos.config;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads the YAML that configurations are written in: one document of mappings, lists and texts. Whatever else there is in
 * YAML 1.2 (anchors, tags, names that are no texts) is refused. The one class that knows the YAML library.
 */
final class YamlReader {

    private static final int DEEPEST = 20;

    private final Iterator<Event> events;
    private int line = 1;

    private YamlReader(String text) {
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(Math.max(1, text.length()))
                .build();
        events = new Parse(settings).parseString(text).iterator();
    }

    /**
     * Reads a document.
     *
     * @return null when it is empty
     * @throws Malformed where it is not what it should be
     */
    static @Nullable YamlNode read(String text) {
        YamlReader reader = new YamlReader(text);
        try {
            return reader.document();
        } catch (MarkedYamlEngineException e) {
            String problem = e.getProblem() == null ? "it cannot be read" : e.getProblem();
            throw new Malformed(
                    e.getProblemMark().map(Mark::getLine).orElse(reader.line - 1) + 1,
                    "this is not YAML: " + problem.replaceAll("\\s+", " "));
        } catch (YamlEngineException e) {
            throw new Malformed(
                    reader.line,
                    "this is not YAML: " + String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
        }
    }

    private @Nullable YamlNode document() {
        next(); // of the stream
        Event event = next();
        if (event.getEventId() == Event.ID.StreamEnd) {
            return null;
        }
        YamlNode node = node(next(), 0);
        next(); // the end of the document
        if (next().getEventId() != Event.ID.StreamEnd) {
            throw new Malformed(line, "a second document begins here; only one is read");
        }
        return node;
    }

    private YamlNode node(Event event, int depth) {
        int begin = line;
        if (event instanceof AliasEvent
                || (event instanceof NodeEvent node && node.getAnchor().isPresent())) {
            throw new Malformed(
                    begin, "anchors and aliases (&, *) are not understood here; quote a text that begins so");
        }
        if (depth > DEEPEST) {
            throw new Malformed(begin, "this is nested more than " + DEEPEST + " deep");
        }
        return switch (event) {
            case ScalarEvent scalar -> {
                refuseTag(scalar.getTag().orElse(null));
                yield new YamlNode.Scalar(scalar.getValue(), scalar.isPlain() && isNothing(scalar.getValue()), begin);
            }
            case SequenceStartEvent list -> {
                refuseTag(list.getTag().orElse(null));
                yield new YamlNode.Sequence(items(depth), begin);
            }
            case MappingStartEvent map -> {
                refuseTag(map.getTag().orElse(null));
                yield new YamlNode.Mapping(entries(depth), begin);
            }
            default -> throw new Malformed(begin, "this is not understood: " + event.getEventId());
        };
    }

    private List<YamlNode> items(int depth) {
        List<YamlNode> items = new ArrayList<>();
        for (Event event = next(); !(event instanceof CollectionEndEvent); event = next()) {
            items.add(node(event, depth + 1));
        }
        return items;
    }

    private List<YamlNode.Entry> entries(int depth) {
        List<YamlNode.Entry> entries = new ArrayList<>();
        for (Event event = next(); !(event instanceof CollectionEndEvent); event = next()) {
            int begin = line;
            if (node(event, depth + 1) instanceof YamlNode.Scalar name) {
                entries.add(new YamlNode.Entry(name.text(), begin, node(next(), depth + 1)));
            } else {
                throw new Malformed(begin, "the name of a setting is a text");
            }
        }
        return entries;
    }

    private void refuseTag(@Nullable String tag) {
        if (tag != null) {
            throw new Malformed(line, "tags (!) are not understood here; quote a text that begins so");
        }
    }

    private static boolean isNothing(String text) {
        return text.isEmpty() || text.equals("~") || text.equalsIgnoreCase("null");
    }

    private Event next() {
        Event event = events.next();
        event.getStartMark().ifPresent(mark -> line = mark.getLine() + 1);
        return event;
    }

    /** Where a document is not what it should be. */
    static final class Malformed extends RuntimeException {

        private static final long serialVersionUID = 1;

        private final int line;

        Malformed(int line, String message) {
            super(message, null, false, false);
            this.line = line;
        }

        int line() {
            return line;
        }
    }
}
