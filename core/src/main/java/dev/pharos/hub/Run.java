package dev.pharos.hub;

import dev.pharos.http.Encoded;
import java.util.ArrayList;
import java.util.List;

/**
 * Consecutive events of an audience as one piece of shared bytes.
 *
 * @param bytes what to write
 * @param count the number of events in {@code bytes}
 * @param last the position of the last of them
 * @param to everything at or before this position is done with once the bytes are written
 */
record Run(Encoded bytes, int count, long last, long to) {

    /**
     * Encodes the first of {@code events} up to a number of bytes, at least one event.
     *
     * @param events not empty, those left by conflation
     * @param end the position the run reaches when all of {@code events} fit
     */
    static Run of(List<TapeEvent> events, WireFormat format, int maxBytes, long end) {
        if (events.size() == 1) {
            TapeEvent only = events.getFirst();
            return new Run(only.encoded(format), 1, only.position(), end);
        }
        List<Encoded> parts = new ArrayList<>(events.size());
        int bytes = 0;
        long to = end;
        for (TapeEvent event : events) {
            Encoded part = event.encoded(format);
            if (bytes > 0 && bytes + part.length() > maxBytes) {
                to = event.position() - 1;
                break;
            }
            bytes += part.length();
            parts.add(part);
        }
        return new Run(
                Encoded.join(parts), parts.size(), events.get(parts.size() - 1).position(), to);
    }
}
