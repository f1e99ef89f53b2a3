package dev.pharos.protocol.mercure;

import dev.pharos.url.Url;
import org.jspecify.annotations.Nullable;

/**
 * The topics that only the hub itself publishes to: those whose path, resolved against the hub's URL, is the hub's or
 * lies below it, whatever the scheme and the host.
 */
record ReservedNamespace(Url hubUrl) {

    boolean contains(String topic) {
        @Nullable Url url = Url.parse(topic, hubUrl);
        if (url == null || url.opaque()) {
            return false;
        }
        String path = url.decodedPath();
        String own = hubUrl.decodedPath();
        return path.startsWith(own) && (path.length() == own.length() || path.charAt(own.length()) == '/');
    }
}
