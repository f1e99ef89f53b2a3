package dev.pharos.hub;

import dev.pharos.log.Event;
import dev.pharos.log.Filter;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A set of selectors: exact topics, {@code *} for all, and patterns. What a subscriber asks for, and what a token grants.
 * Immutable; two are equal when they hold the same, in whatever order it was given.
 *
 * <p>As a filter it sees no private event: that takes grants as well, see {@link Interest}.
 */
public final class Selectors implements Filter {

    /** The most that few patterns may {@linkplain TopicPattern#cost cost} together. */
    private static final int MOST_COST = 16 << 10;
    /** What each of many may cost on average. */
    private static final int USUAL_COST = 256;

    private static final Comparator<TopicPattern> BY_TEXT = Comparator.comparing(
                    (TopicPattern pattern) -> pattern.getClass().getName())
            .thenComparing(TopicPattern::text);

    /** The selector of every topic. */
    public static final String ALL = "*";
    /** Those that match no topic. */
    public static final Selectors NONE = new Builder().build();
    /** Those that match every topic. */
    public static final Selectors EVERYTHING = new Builder().exact(ALL).build();

    private final Set<String> exact;
    /** Sorted, each once. */
    private final List<TopicPattern> patterns;

    private final boolean all;
    private final int hash;

    private Selectors(Set<String> exact, List<TopicPattern> patterns) {
        this.exact = exact;
        this.patterns = patterns;
        this.all = exact.contains(ALL);
        this.hash = 31 * exact.hashCode() + patterns.hashCode();
    }

    /**
     * Compiles the selectors of a subscription to plain events.
     *
     * @throws InvalidSelectorException when there is none, one is empty or too long, or there are too many
     */
    public static Selectors of(Collection<String> texts, Limits limits) {
        if (texts.isEmpty()) {
            throw new InvalidSelectorException("a subscription needs at least one 'topic'");
        }
        if (texts.size() > limits.selectors()) {
            throw new InvalidSelectorException(
                    "parameter 'topic' is there %d times, but a subscription has at most %d selectors"
                            .formatted(texts.size(), limits.selectors()));
        }
        Builder selectors = new Builder();
        for (String text : texts) {
            if (text.isEmpty()) {
                throw new InvalidSelectorException("parameter 'topic' is empty");
            }
            if (text.length() > limits.selectorBytes() || Utf8.length(text) > limits.selectorBytes()) {
                throw new InvalidSelectorException("parameter 'topic' has %d bytes, but a selector has at most %d: %s…"
                        .formatted(
                                Utf8.length(text),
                                limits.selectorBytes(),
                                text.substring(0, Math.min(40, text.length()))));
            }
            if (!selectors.has(text)) {
                SelectorLanguage.TEMPLATES.add(selectors, "", text);
            }
        }
        return selectors.build();
    }

    /** Compiles selectors of plain events within the default limits. */
    public static Selectors of(String... texts) {
        return of(List.of(texts), Limits.DEFAULT);
    }

    /** The exact topics, and {@code *} if it is there. Unmodifiable. */
    public Set<String> exact() {
        return Collections.unmodifiableSet(exact);
    }

    /** The patterns, each once. */
    public List<TopicPattern> patterns() {
        return patterns;
    }

    /** The texts of all of them, each once, sorted. */
    public Set<String> texts() {
        Set<String> texts = new TreeSet<>(exact);
        for (TopicPattern pattern : patterns) {
            texts.add(pattern.text());
        }
        return Collections.unmodifiableSet(texts);
    }

    /** Whether they match every topic. */
    public boolean isAll() {
        return all;
    }

    /** Whether they match no topic. */
    public boolean isNone() {
        return exact.isEmpty() && patterns.isEmpty();
    }

    /** Whether some of the topics matches. */
    public boolean selectsAny(List<String> topics) {
        for (String topic : topics) {
            if (selects(topic)) {
                return true;
            }
        }
        return false;
    }

    /** Whether each of the topics matches. */
    public boolean selectsEach(List<String> topics) {
        for (String topic : topics) {
            if (!selects(topic)) {
                return false;
            }
        }
        return true;
    }

    /**
     * What of these the others hold as well, and what of the others these do. It matches only what both match; where two
     * patterns have topics in common and neither is the other, these are left out.
     */
    public Selectors intersect(Selectors others) {
        if (equals(others) || others.all) {
            return this;
        }
        if (all) {
            return others;
        }
        Builder common = new Builder();
        exact.stream().filter(others::selects).forEach(common::exact);
        others.exact.stream().filter(this::selects).forEach(common::exact);
        patterns.stream().filter(others.patterns::contains).forEach(common::pattern);
        return common.build();
    }

    /** An estimate of their memory in bytes. */
    int weight() {
        int weight = 256;
        for (String text : exact) {
            weight += 128 + 4 * text.length();
        }
        for (TopicPattern pattern : patterns) {
            weight += 256 + 16 * pattern.text().length();
        }
        return weight;
    }

    @Override
    public boolean matches(Event event) {
        return !event.isPrivate() && selectsAny(event.topics());
    }

    @Override
    public boolean selects(String topic) {
        if (all || exact.contains(topic)) {
            return true;
        }
        TopicSpace space = null;
        TopicSpace.Form form = null;
        for (TopicPattern pattern : patterns) {
            if (!pattern.space().equals(space)) {
                space = pattern.space();
                form = space.form(topic);
            }
            if (form != null && pattern.matches(form)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean permits(String topic) {
        return false;
    }

    @Override
    public boolean seesPrivate() {
        return false;
    }

    @Override
    public @Nullable Set<String> topics() {
        return all || !patterns.isEmpty() ? null : exact;
    }

    @Override
    public @Nullable Set<String> permittedTopics() {
        return Set.of();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof Selectors that
                        && hash == that.hash
                        && exact.equals(that.exact)
                        && patterns.equals(that.patterns));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return texts().toString();
    }

    /** Collects selectors. Not thread-safe. */
    public static final class Builder {

        private final Set<String> exact = new TreeSet<>();
        private final TreeMap<TopicPattern, TopicPattern> patterns = new TreeMap<>(BY_TEXT);
        private long cost;

        /** None yet. */
        public Builder() {}

        /** Adds a topic, or all with {@code *}. */
        public Builder exact(String topic) {
            exact.add(topic);
            return this;
        }

        /**
         * Adds a pattern.
         *
         * @throws InvalidSelectorException when the patterns together take too long to be made or matched: others wait for it
         */
        public Builder pattern(TopicPattern pattern) {
            if (patterns.putIfAbsent(pattern, pattern) == null) {
                cost += pattern.cost();
                if (cost > Math.max(MOST_COST, (long) USUAL_COST * patterns.size())) {
                    throw new InvalidSelectorException(
                            "the patterns are too long, or repeat too much, to be matched together");
                }
            }
            return this;
        }

        private boolean has(String text) {
            return exact.contains(text);
        }

        /** The selectors so far; there may be none. */
        public Selectors build() {
            return new Selectors(
                    exact.size() == 1 ? Set.copyOf(exact) : new TreeSet<>(exact), List.copyOf(patterns.keySet()));
        }
    }
}
