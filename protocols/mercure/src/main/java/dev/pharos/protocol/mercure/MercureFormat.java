package dev.pharos.protocol.mercure;

import dev.pharos.http.Encoded;
import dev.pharos.hub.Notice;
import dev.pharos.hub.WireFormat;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import dev.pharos.sse.SseEncoder;

/** Events as blocks of an event stream in the order event, retry, id, data. */
record MercureFormat() implements WireFormat {

    static final MercureFormat INSTANCE = new MercureFormat();

    @Override
    public Encoded encode(Entry entry) {
        Event event = entry.event();
        long retry = event.retry() > 0 ? event.retry() : -1;
        return Encoded.of(SseEncoder.eventIdFirst(event.type(), retry, entry.id(), event.data()));
    }

    /** The protocol has no word for it, so a comment. */
    @Override
    public Encoded encode(Notice notice) {
        return Encoded.of(": " + notice.state().word() + ": " + notice.reason() + "\n");
    }
}
