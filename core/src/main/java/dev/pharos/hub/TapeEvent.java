package dev.pharos.hub;

import dev.pharos.http.Encoded;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way to audiences, with the bytes it has become so far: encoded once a wire format, on first need.
 *
 * <p>Thread-safe; two lanes that need the same format at the same moment may both encode it, to the same bytes.
 */
final class TapeEvent {

    private static final int FORMATS_KEPT = 4;
    private static final int OVERHEAD = 256;
    private static final int SIZE_AROUND_TEXT = 64;

    private final Entry entry;
    private final int weight;
    private volatile @Nullable Encoding encodings;

    TapeEvent(Entry entry) {
        this.entry = entry;
        this.weight = weight(entry.event());
    }

    Entry entry() {
        return entry;
    }

    long position() {
        return entry.position();
    }

    /** An estimate of the memory of the event and of the bytes it becomes. */
    int weight() {
        return weight;
    }

    private static int weight(Event event) {
        int text = event.data().length();
        for (String topic : event.topics()) {
            text += topic.length();
        }
        return OVERHEAD + 2 * text;
    }

    /** About how many bytes it becomes. */
    int size() {
        return (weight - OVERHEAD) / 2 + SIZE_AROUND_TEXT;
    }

    @SuppressWarnings("ReferenceEquality") // an audience asks with the same object
    Encoded encoded(WireFormat format) {
        Encoding known = encodings;
        int count = 0;
        for (Encoding e = known; e != null; e = e.next) {
            if (e.format == format || e.format.equals(format)) {
                return e.bytes;
            }
            count++;
        }
        Encoded bytes = format.encode(entry);
        if (count < FORMATS_KEPT) {
            encodings = new Encoding(format, bytes, known);
        }
        return bytes;
    }

    private record Encoding(
            WireFormat format, Encoded bytes, @Nullable Encoding next) {}
}
