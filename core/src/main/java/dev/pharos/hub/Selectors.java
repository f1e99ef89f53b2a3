package dev.pharos.hub;

import dev.pharos.log.Event;
import dev.pharos.log.Filter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber asks for: exact topics, {@code *} for all, and URI templates (RFC 6570). Immutable.
 *
 * <p>A text that is a valid template with at least one expression is one, and also equals itself as a topic; every other
 * text is an exact topic. Two with the same texts in any order are equal. Private events are seen by nobody, since there
 * are no grants.
 */
public final class Selectors implements Filter {

    /** The selector of every topic. */
    public static final String ALL = "*";

    private final Set<String> texts;
    private final List<UriTemplate> templates;
    private final boolean all;
    private final int hash;

    private Selectors(Set<String> texts, List<UriTemplate> templates) {
        this.texts = texts;
        this.templates = templates;
        this.all = texts.contains(ALL);
        this.hash = texts.hashCode();
    }

    /**
     * Compiles selectors.
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
        List<UriTemplate> templates = new ArrayList<>(0);
        Set<String> distinct = new TreeSet<>(texts);
        for (String text : distinct) {
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
            UriTemplate template = UriTemplate.compile(text);
            if (template != null) {
                templates.add(template);
            }
        }
        return new Selectors(distinct.size() == 1 ? Set.copyOf(distinct) : distinct, List.copyOf(templates));
    }

    /** Compiles selectors within the default limits. */
    public static Selectors of(String... texts) {
        return of(List.of(texts), Limits.DEFAULT);
    }

    /** The selectors as they were given, each once. */
    public Set<String> texts() {
        return java.util.Collections.unmodifiableSet(texts);
    }

    /** An estimate of their memory in bytes. */
    int weight() {
        int weight = 256;
        for (String text : texts) {
            weight += 128 + 16 * text.length();
        }
        return weight;
    }

    List<UriTemplate> templates() {
        return templates;
    }

    boolean isAll() {
        return all;
    }

    @Override
    public boolean matches(Event event) {
        if (event.isPrivate()) {
            return false;
        }
        for (String topic : event.topics()) {
            if (covers(topic, false)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean covers(String topic, boolean isPrivate) {
        if (isPrivate) {
            return false;
        }
        if (all || texts.contains(topic)) {
            return true;
        }
        for (UriTemplate template : templates) {
            if (template.matches(topic)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean seesPrivate() {
        return false;
    }

    @Override
    public @Nullable Set<String> topics() {
        return all || !templates.isEmpty() ? null : texts;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof Selectors that && hash == that.hash && texts.equals(that.texts));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return texts.toString();
    }
}
