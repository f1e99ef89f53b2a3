package dev.pharos.url;

import dev.pharos.url.PatternPart.Modifier;
import dev.pharos.url.PatternToken.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Parses the pattern string of one component (URL Pattern Standard, section 2.1.5). Used once, by one thread. */
final class PatternParts {

    private final List<PatternToken> tokens;
    private final UnaryOperator<String> canonical;
    private final String prefixCharacter;
    private final PatternNode segment;
    private final String segmentRegexp;
    private final List<PatternPart> parts = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final StringBuilder pending = new StringBuilder();
    private int at;

    private PatternParts(String text, UnaryOperator<String> canonical, String delimiter, String prefixCharacter) {
        tokens = PatternTokenizer.tokenize(text, false);
        this.canonical = canonical;
        this.prefixCharacter = prefixCharacter;
        PatternNode.Chars one = delimiter.isEmpty()
                ? PatternNode.ANY
                : PatternNode.Chars.of(delimiter.charAt(0)).not();
        segment = new PatternNode.Repeat(one, 1, PatternNode.UNBOUNDED);
        segmentRegexp = delimiter.isEmpty() ? "[^]+?" : "[^\\" + delimiter + "]+?";
    }

    /**
     * Parses.
     *
     * @param canonical brings fixed text into the form it has in a URL
     * @param delimiter what a name does not match; empty if it matches anything
     * @param prefix the character that belongs to the name behind it; empty if none does
     */
    static List<PatternPart> parse(String text, UnaryOperator<String> canonical, String delimiter, String prefix) {
        return new PatternParts(text, canonical, delimiter, prefix).run();
    }

    private List<PatternPart> run() {
        while (at < tokens.size()) {
            PatternToken character = take(Kind.CHAR);
            PatternToken name = take(Kind.NAME);
            PatternToken value = value(name);
            if (name != null || value != null) {
                String before = character == null ? "" : character.value();
                if (!before.equals(prefixCharacter)) {
                    pending.append(before);
                    before = "";
                }
                flush();
                add(before, name, value, "", modifier());
                continue;
            }
            PatternToken fixed = character == null ? take(Kind.ESCAPED_CHAR) : character;
            if (fixed != null) {
                pending.append(fixed.value());
                continue;
            }
            if (take(Kind.OPEN) != null) {
                String before = text();
                PatternToken inner = take(Kind.NAME);
                PatternToken innerValue = value(inner);
                String behind = text();
                require(Kind.CLOSE, "a group is not closed, or holds more than one name");
                add(before, inner, innerValue, behind, modifier());
                continue;
            }
            flush();
            require(Kind.END, "a modifier or a brace stands where it means nothing");
        }
        return parts;
    }

    private void add(
            String before,
            @Nullable PatternToken name,
            @Nullable PatternToken value,
            String behind,
            Modifier modifier) {
        if (name == null && value == null && modifier == Modifier.NONE) {
            pending.append(before);
            return;
        }
        flush();
        if (name == null && value == null) {
            if (!before.isEmpty()) {
                parts.add(new PatternPart(null, canonical.apply(before), "", modifier));
            }
            return;
        }
        if (name != null && !names.add(name.value())) {
            throw new InvalidUrlPatternException("a name is there twice");
        }
        parts.add(new PatternPart(node(value), canonical.apply(before), canonical.apply(behind), modifier));
    }

    private PatternNode node(@Nullable PatternToken value) {
        if (value == null || value.value().equals(segmentRegexp)) {
            return segment;
        }
        if (value.kind() == Kind.ASTERISK || value.value().equals(".*")) {
            return new PatternNode.Repeat(PatternNode.ANY, 0, PatternNode.UNBOUNDED);
        }
        return PatternRegexp.parse(value.value());
    }

    private void flush() {
        if (!pending.isEmpty()) {
            parts.add(new PatternPart(null, canonical.apply(pending.toString()), "", Modifier.NONE));
            pending.setLength(0);
        }
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        while (true) {
            PatternToken token = take(Kind.CHAR);
            if (token == null) {
                token = take(Kind.ESCAPED_CHAR);
            }
            if (token == null) {
                return text.toString();
            }
            text.append(token.value());
        }
    }

    private @Nullable PatternToken value(@Nullable PatternToken name) {
        PatternToken regexp = take(Kind.REGEXP);
        return name == null && regexp == null ? take(Kind.ASTERISK) : regexp;
    }

    private Modifier modifier() {
        PatternToken token = take(Kind.OTHER_MODIFIER);
        if (token == null) {
            return take(Kind.ASTERISK) == null ? Modifier.NONE : Modifier.ZERO_OR_MORE;
        }
        return token.value().equals("?") ? Modifier.OPTIONAL : Modifier.ONE_OR_MORE;
    }

    private void require(Kind kind, String why) {
        if (take(kind) == null) {
            throw new InvalidUrlPatternException(why);
        }
    }

    private @Nullable PatternToken take(Kind kind) {
        if (at == tokens.size() || tokens.get(at).kind() != kind) {
            return null;
        }
        return tokens.get(at++);
    }
}
