package dev.pharos.protocol.events;

import dev.pharos.hub.Limits;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import java.nio.ByteBuffer;

/** Events as lines of JSON, in the one shape they have everywhere: to take a log from one place to another. Thread-safe. */
public final class EventLines {

    private EventLines() {}

    /** The event as one line of UTF-8, without its end. */
    public static byte[] write(Entry entry) {
        return Json.object(json -> EventJson.write(json, entry));
    }

    /**
     * Reads an event from a line that {@link #write} or a person has written. The id of an event that had none of its own
     * was its place in another log, and is left out.
     *
     * @throws IllegalArgumentException when it is no event; the message says why
     */
    public static Event read(ByteBuffer line, Limits limits) {
        try {
            return EventJson.readAnew(EventJson.text(line), limits);
        } catch (BadRequestException bad) {
            throw new IllegalArgumentException(bad.sentence(), bad);
        }
    }
}
