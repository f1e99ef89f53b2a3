package dev.pharos.url;

import dev.pharos.hub.TopicSpace;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Topics as URLs.
 *
 * @param base what those that are relative are relative to
 */
record UrlSpace(Url base) implements TopicSpace {

    /** A topic that is a URL. Of one that is its own key, it is not parsed before a pattern wants to know more. */
    static final class Form implements TopicSpace.Form {

        private final String key;
        private @Nullable Url url;

        private Form(String key, @Nullable Url url) {
            this.key = key;
            this.url = url;
        }

        /** The URL without user name and password, which patterns hardly ever name, and without what is empty; it is no URL. */
        @Override
        public String key() {
            return key;
        }

        Url url() {
            Url known = url;
            if (known == null) {
                known = Objects.requireNonNull(Url.parse(key, null));
                url = known;
            }
            return known;
        }
    }

    @Override
    public @Nullable Form form(String topic) {
        if (UrlParser.isPlain(topic)) {
            return new Form(topic, null);
        }
        Url url = Url.parse(topic, base);
        return url == null ? null : new Form(key(url), url);
    }

    static String key(Url url) {
        StringBuilder key =
                new StringBuilder(64).append(url.scheme()).append("://").append(url.hostname());
        if (url.port() >= 0) {
            key.append(':').append(url.port());
        }
        key.append(url.path());
        if (url.query() != null && !url.query().isEmpty()) {
            key.append('?').append(url.query());
        }
        if (url.fragment() != null && !url.fragment().isEmpty()) {
            key.append('#').append(url.fragment());
        }
        return key.toString();
    }
}
