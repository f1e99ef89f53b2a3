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
        double stream = -1;
        double poll = -1;
        for (String field : request.headers("Accept")) {
            for (String item : field.split(",", -1)) {
                String range = item.strip().toLowerCase(Locale.ROOT);
                int parameters = range.indexOf(';');
                String type =
                        parameters < 0 ? range : range.substring(0, parameters).strip();
                double quality = parameters < 0 ? 1 : quality(range.substring(parameters));
                switch (type) {
                    case "text/event-stream" -> stream = exact(quality);
                    case "application/json" -> poll = exact(quality);
                    case "text/*" -> stream = Math.max(stream, quality);
                    case "application/*" -> poll = Math.max(poll, quality);
                    case "*/*" -> {
                        stream = stream < 0 ? quality : stream;
                        poll = poll < 0 ? quality : poll;
                    }
                    default -> {}
                }
            }
        }
        if (request.header("Accept") == null) {
            return STREAM;
        }
        if (Math.max(stream, poll) <= 0) {
            return NEITHER;
        }
        return poll > stream ? POLL : STREAM;
    }

    /** An exact name weighs a little more than a range of the same quality, but 0 stays 0. */
    private static double exact(double quality) {
        return quality > 0 ? quality + 0.0001 : 0;
    }

    private static double quality(String parameters) {
        int at = parameters.indexOf("q=");
        if (at < 0) {
            return 1;
        }
        int end = parameters.indexOf(';', at);
        try {
            return Double.parseDouble(parameters
                    .substring(at + 2, end < 0 ? parameters.length() : end)
                    .strip());
        } catch (NumberFormatException malformed) {
            return 1;
        }
    }
}
