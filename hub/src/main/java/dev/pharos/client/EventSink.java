package dev.pharos.client;

import java.io.IOException;

/** Where a subscriber puts the events it reads; called by one thread at a time. */
public interface EventSink {

    /**
     * Takes an event; may block, and reading waits meanwhile.
     *
     * @param data its text, or its JSON shape when that was asked for
     * @throws IOException if nothing can be taken any more
     */
    void event(String data) throws IOException;

    /** What was taken must be visible now; called when no more events are at hand. */
    void flush() throws IOException;
}
