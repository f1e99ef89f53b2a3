package dev.pharos.url;

import dev.pharos.hub.TopicSpace;
import org.jspecify.annotations.Nullable;

/**
 * Topics as URLs.
 *
 * @param base what those that are relative are relative to
 */
record UrlSpace(Url base) implements TopicSpace {

    /**
     * A topic that is a URL.
     *
     * @param key what identifies it, in order of weight, without user name and password, which patterns hardly ever name;
     *     it is no URL
     */
    record Form(Url url, String key) implements TopicSpace.Form {}

    @Override
    public @Nullable Form form(String topic) {
        Url url = Url.parse(topic, base);
        return url == null ? null : new Form(url, key(url));
    }

    private static String key(Url url) {
        StringBuilder key = new StringBuilder(64)
                .append(url.scheme())
                .append("://")
                .append(url.hostname())
                .append(':');
        if (url.port() >= 0) {
            key.append(url.port());
        }
        key.append(url.path()).append('?');
        if (url.query() != null) {
            key.append(url.query());
        }
        key.append('#');
        if (url.fragment() != null) {
            key.append(url.fragment());
        }
        return key.toString();
    }
}
