package dev.pharos.url;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One component of a URL pattern, ready to match. Immutable. */
final class PatternComponent {

    private static final String[] SPECIAL = {"http", "https", "ws", "wss", "ftp", "file"};

    /** What every match begins with. */
    private final String prefix;
    /** What every match ends with, behind the prefix. */
    private final String suffix;
    /** What is between them; null for nothing, so that the prefix is the only match. */
    private final @Nullable PatternProgram program;

    private PatternComponent(String prefix, String suffix, @Nullable PatternProgram program) {
        this.prefix = prefix;
        this.suffix = suffix;
        this.program = program;
    }

    static PatternComponent protocol(String pattern) {
        return of(pattern, PatternCanonical::protocol, "", "");
    }

    static PatternComponent of(
            String pattern, UnaryOperator<String> canonical, String delimiter, String prefixCharacter) {
        List<PatternPart> parts = PatternParts.parse(pattern, canonical, delimiter, prefixCharacter);
        int from = 0;
        int to = parts.size();
        StringBuilder prefix = new StringBuilder();
        while (from < to && parts.get(from).isFixed()) {
            prefix.append(parts.get(from++).prefix());
        }
        if (from == to) {
            return new PatternComponent(prefix.toString(), "", null);
        }
        StringBuilder suffix = new StringBuilder();
        while (parts.get(to - 1).isFixed()) {
            suffix.insert(0, parts.get(--to).prefix());
        }
        if (parts.get(from).modifier() == PatternPart.Modifier.NONE) {
            prefix.append(parts.get(from).prefix());
            List<PatternPart> rest = new ArrayList<>(parts.subList(from, to));
            PatternPart first = rest.getFirst();
            rest.set(0, new PatternPart(first.matched(), "", first.suffix(), first.modifier()));
            return new PatternComponent(prefix.toString(), suffix.toString(), PatternProgram.of(rest));
        }
        return new PatternComponent(prefix.toString(), suffix.toString(), PatternProgram.of(parts.subList(from, to)));
    }

    boolean matches(String value) {
        if (program == null) {
            return value.equals(prefix);
        }
        int end = value.length() - suffix.length();
        return end >= prefix.length()
                && value.startsWith(prefix)
                && value.endsWith(suffix)
                && program.matches(value, prefix.length(), end);
    }

    boolean matchesSpecialScheme() {
        for (String scheme : SPECIAL) {
            if (matches(scheme)) {
                return true;
            }
        }
        return false;
    }

    /** Whether there is exactly one match, which then is the prefix. */
    boolean isFixed() {
        return program == null;
    }

    String prefix() {
        return prefix;
    }

    int cost() {
        return program == null ? prefix.length() : program.cost();
    }

    int states() {
        return program == null ? 0 : program.states();
    }
}
