package dev.pharos.cli;

import dev.pharos.log.Entry;
import dev.pharos.protocol.events.EventLines;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Writes events as lines of JSON. Of one thread. */
final class EventWriter {

    private static final int BUFFER_BYTES = 64 << 10;

    private final OutputStream out;

    EventWriter(OutputStream out) {
        this.out = new BufferedOutputStream(out, BUFFER_BYTES);
    }

    void write(Entry entry) throws IOException {
        out.write(EventLines.write(entry));
        out.write('\n');
    }

    void flush() throws IOException {
        out.flush();
    }
}
