package dev.pharos.hub;

import dev.pharos.http.Encoded;
import dev.pharos.log.Entry;
import org.jspecify.annotations.Nullable;

/**
 * Events as their position in text, for tests: {@code 17;}, and a loss as {@code lost after 12;}.
 *
 * @param name formats with other names share nothing
 * @param tells whether a loss is told in band
 */
record PlainFormat(String name, boolean tells) implements WireFormat {

    static final PlainFormat PLAIN = new PlainFormat("plain", true);

    @Override
    public Encoded encode(Entry entry) {
        return Encoded.of(entry.position() + ";");
    }

    @Override
    public @Nullable Encoded encode(Notice notice) {
        return tells ? Encoded.of("lost after " + notice.from().position() + ";") : null;
    }
}
