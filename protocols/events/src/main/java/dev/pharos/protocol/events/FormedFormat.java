package dev.pharos.protocol.events;

import dev.pharos.http.Encoded;
import dev.pharos.hub.Notice;
import dev.pharos.hub.WireFormat;
import dev.pharos.log.Entry;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Another format's bytes in a form that a transport takes as it is.
 *
 * @param form pure; a constant
 */
record FormedFormat(WireFormat messages, UnaryOperator<Encoded> form) implements WireFormat {

    @Override
    public Encoded encode(Entry entry) {
        return form.apply(messages.encode(entry));
    }

    @Override
    public @Nullable Encoded encode(Notice notice) {
        Encoded message = messages.encode(notice);
        return message == null ? null : form.apply(message);
    }
}
