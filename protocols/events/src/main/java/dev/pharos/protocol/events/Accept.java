package dev.pharos.protocol.events;

import dev.pharos.http.Request;
import java.util.Locale;

/** Chooses between stream and poll by the {@code Accept} field (RFC 9110 section 12.5.1). */
enum Accept {
    STREAM,
    POLL,
    NEITHER;

    /** The wish of a request: the type it prefers; of equally liked ones the one it names more exactly, else a stream. */
    static Accept of(Request request) {
        Wish stream = new Wish("text/event-stream", "text/*");
        Wish poll = new Wish("application/json", "application/*");
        boolean says = false;
        for (String field : request.headers("Accept")) {
            for (String item : field.split(",", -1)) {
                String[] parts = item.strip().toLowerCase(Locale.ROOT).split(";", -1);
                String range = parts[0].strip();
                if (!range.isEmpty()) {
                    says = true;
                    double quality = quality(parts);
                    stream.judge(range, quality);
                    poll.judge(range, quality);
                }
            }
        }
        if (!says) {
            return STREAM;
        }
        if (stream.quality <= 0 && poll.quality <= 0) {
            return NEITHER;
        }
        if (stream.quality == poll.quality) {
            return poll.exactness > stream.exactness ? POLL : STREAM;
        }
        return poll.quality > stream.quality ? POLL : STREAM;
    }

    private static double quality(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.startsWith("q=")) {
                return number(parameter.substring(2));
            }
        }
        return 1;
    }

    private static double number(String quality) {
        return quality.matches("[01](\\.[0-9]{0,3})?") ? Math.min(1, Double.parseDouble(quality)) : 1;
    }

    /** How much one type is liked: the most exact range that covers it decides. */
    private static final class Wish {
        private final String type;
        private final String family;
        private double quality;
        private int exactness;

        Wish(String type, String family) {
            this.type = type;
            this.family = family;
        }

        void judge(String range, double liked) {
            int exact = range.equals(type) ? 3 : range.equals(family) ? 2 : range.equals("*/*") ? 1 : 0;
            if (exact > exactness) {
                exactness = exact;
                quality = liked;
            }
        }
    }
}
