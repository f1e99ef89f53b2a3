package dev.pharos.url;

import org.jspecify.annotations.Nullable;

/**
 * A part of a component's pattern.
 *
 * @param matched what the part's group matches; null for fixed text, which is the prefix
 * @param prefix fixed text that comes before each repetition, canonical
 * @param suffix fixed text that comes behind each repetition, canonical
 */
record PatternPart(@Nullable PatternNode matched, String prefix, String suffix, Modifier modifier) {

    enum Modifier {
        NONE,
        OPTIONAL,
        ZERO_OR_MORE,
        ONE_OR_MORE,
    }

    /** Text that is always there. */
    boolean isFixed() {
        return matched == null && modifier == Modifier.NONE;
    }

    PatternNode node() {
        PatternNode node = matched == null
                ? PatternNode.text(prefix)
                : PatternNode.sequence(PatternNode.text(prefix), matched, PatternNode.text(suffix));
        // The standard's "prefix value (suffix prefix value)* suffix" is one or more of the three in a row.
        return switch (modifier) {
            case NONE -> node;
            case OPTIONAL -> new PatternNode.Repeat(node, 0, 1);
            case ZERO_OR_MORE -> new PatternNode.Repeat(node, 0, PatternNode.UNBOUNDED);
            case ONE_OR_MORE -> new PatternNode.Repeat(node, 1, PatternNode.UNBOUNDED);
        };
    }
}
