package dev.pharos.server;

import dev.pharos.http.Encoded;
import dev.pharos.log.Cursor;
import dev.pharos.protocol.socketio.SizedAttachment;
import dev.pharos.protocol.socketio.SocketPackets;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a socket was sent of which subscription, in the order in which it was sent: so that of the last thing a client got it
 * is known how far each subscription was then. On the socket's loop only; when the socket has ended, it changes no more.
 *
 * <p>That last thing is named by its offset: the position in base 36, a colon, and the name of the subscription. Only the
 * newest steps are kept; of what lies before them nothing is known.
 */
final class Trail implements SizedAttachment {

    private static final int MOST_STEPS = 512;
    /** More than a session may have; then the client has spoiled the references, and nothing can be told. */
    private static final int MOST_ASKED = 200;

    private static final int RADIX = 36;

    /** About what a trail, a step and a reading take beside their texts. */
    private static final int BYTES_AROUND = 256;

    private static final int BYTES_OF_A_STEP = 40;

    /** A subscription, and how far it was before the first step that is kept. */
    private static final class Reading {
        private final String name;
        private final String request;
        private long base;
        private long position;

        Reading(String name, String request, long base) {
            this.name = name;
            this.request = request;
            this.base = base;
            this.position = base;
        }
    }

    /** What was sent of one subscription without anything of another between. */
    private static final class Step {
        private final Reading of;
        private final long after;
        private long upTo;

        Step(Reading of, long after, long upTo) {
            this.of = of;
            this.after = after;
            this.upTo = upTo;
        }
    }

    /** A subscription that was asked for. */
    private record Asked(String name, String request) {}

    /**
     * Where a subscription goes on.
     *
     * @param request what it was asked for with, a JSON object
     * @param position the last that was sent of it
     */
    record Place(String name, String request, long position) {}

    /** What the client had got last before anything was sent here. */
    private final @Nullable String before;

    private final Map<String, Asked> asked = new HashMap<>(2);
    /** Those that are open, by their names as they are written in JSON. */
    private final Map<String, Reading> readings = new HashMap<>(2);

    private final ArrayDeque<Step> steps = new ArrayDeque<>(2);
    private boolean isCut;

    /**
     * Nothing was sent yet.
     *
     * @param before the offset that the client came with, or null
     */
    Trail(@Nullable String before) {
        this.before = before;
    }

    @Override
    public long bytes() {
        long all = BYTES_AROUND + (long) BYTES_OF_A_STEP * steps.size();
        for (Reading each : readings.values()) {
            all += BYTES_AROUND + 4L * each.name.length() + 2L * each.request.length();
        }
        return all;
    }

    /** The offset of an event of a subscription. */
    static String offset(long position, String subscription) {
        return Long.toString(position, RADIX) + ":" + subscription;
    }

    private static String written(String name) {
        String quoted = new String(SocketPackets.json(name), StandardCharsets.UTF_8);
        return quoted.substring(1, quoted.length() - 1);
    }

    /** The client subscribes; the answer will have this reference. */
    void subscribing(String ref, String name, String request) {
        if (asked.size() < MOST_ASKED) {
            asked.put(ref, new Asked(name, request));
        }
    }

    /** Takes note of an answer of the gateway, or of a subscription's end. */
    void onFrame(GatewayFrame frame) {
        Asked by = frame.ref() == null ? null : asked.remove(frame.ref());
        switch (frame.type()) {
            case "subscribed" -> {
                if (by != null) {
                    readings.put(written(by.name), new Reading(by.name, by.request, frame.position()));
                }
            }
            case "unsubscribed" -> end(frame.subscription());
            case "error" -> {
                if (frame.ref() == null) {
                    end(frame.subscription());
                }
            }
            default -> {}
        }
    }

    private void end(@Nullable String name) {
        if (name != null) {
            readings.remove(written(name));
        }
    }

    /** A run of events was sent, in the form of {@link SocketIoFormat}: each ends with its offset. */
    void sent(Encoded run) {
        byte[] bytes = run.bytes();
        int end = run.end(run.parts() - 1) - 2;
        int at = end;
        while (bytes[at - 1] != '"' || bytes[at - 2] != ',') {
            at--;
        }
        int colon = at;
        while (bytes[colon] != ':') {
            colon++;
        }
        Reading of = readings.get(new String(bytes, colon + 1, end - colon - 1, StandardCharsets.UTF_8));
        if (of != null) {
            add(of, Long.parseLong(new String(bytes, at, colon - at, StandardCharsets.US_ASCII), RADIX));
        }
    }

    /** The client is told that there is nothing up to here; gives the offset of that. */
    String moved(String name, long position) {
        Reading of = readings.get(written(name));
        if (of != null) {
            add(of, position);
        }
        return offset(position, name);
    }

    private void add(Reading of, long upTo) {
        Step last = steps.peekLast();
        if (last != null && last.of.equals(of)) {
            last.upTo = upTo;
        } else {
            steps.add(new Step(of, of.position, upTo));
            if (steps.size() > MOST_STEPS) {
                Step first = steps.remove();
                first.of.base = first.upTo;
                isCut = true;
            }
        }
        of.position = upTo;
    }

    /**
     * Where each subscription goes on for a client that got this last.
     *
     * @param offset as the client says, or null when it has got nothing
     * @return null when that cannot be told: it is too long ago, or could have been more than once; or a subscription was
     *     being opened
     */
    @Nullable
    List<Place> behind(@Nullable String offset) {
        if (!asked.isEmpty()) {
            return null;
        }
        long position = position(offset);
        Step last = null;
        for (Step step : steps) {
            if (step.after < position
                    && position <= step.upTo
                    && offset(position, step.of.name).equals(offset)) {
                if (last != null) {
                    return null;
                }
                last = step;
            }
        }
        if (last == null) {
            return isCut || !Objects.equals(offset, before) ? null : places(Map.of());
        }
        Map<Reading, Long> reached = new HashMap<>();
        for (Step step : steps) {
            if (step.equals(last)) {
                break;
            }
            reached.put(step.of, step.upTo);
        }
        reached.put(last.of, position);
        return places(reached);
    }

    private List<Place> places(Map<Reading, Long> reached) {
        List<Place> places = new ArrayList<>(readings.size());
        for (Reading each : readings.values()) {
            places.add(new Place(each.name, each.request, reached.getOrDefault(each, each.base)));
        }
        return places;
    }

    private static long position(@Nullable String offset) {
        int colon = offset == null ? -1 : offset.indexOf(':');
        if (offset == null || colon < 1) {
            return -1;
        }
        Cursor cursor = Cursor.parse(Cursor.PREFIX + "0." + offset.substring(0, colon));
        return cursor == null ? -1 : cursor.position();
    }
}
