package dev.pharos.protocol.socketio;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * What came with an event or an acknowledgement: JSON values and bytes, in order. Immutable.
 *
 * <p>A value is null, a {@link String}, {@link Boolean}, {@link Number}, a {@link List} of values, a
 * {@link java.util.Map} of them by name, or a {@code byte[]}, which belongs to the receiver.
 */
public final class Arguments {

    private final String json;
    /** Where each argument begins and ends in {@link #json}, in turn. */
    private final int[] places;

    private final List<byte[]> attachments;
    private @Nullable List<@Nullable Object> values;

    private Arguments(String json, int[] places, List<byte[]> attachments, @Nullable List<@Nullable Object> values) {
        this.json = json;
        this.places = places;
        this.attachments = attachments;
        this.values = values;
    }

    /**
     * Reads the payload of a packet, an array, and checks all of it.
     *
     * @throws BadPacketException when it is no array of JSON, or a placeholder is wrong
     */
    static Arguments read(String payload, List<byte[]> attachments) {
        try (JsonParser parser = Json.parser(payload)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new BadPacketException("the payload is an array");
            }
            List<@Nullable Object> values = attachments.isEmpty() ? null : new ArrayList<>();
            Json.Reader reader = new Json.Reader(parser, attachments);
            int[] places = new int[4];
            int count = 0;
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (2 * count == places.length) {
                    places = java.util.Arrays.copyOf(places, 4 * count);
                }
                if (count > 0) {
                    places[2 * count - 1] = endBefore(payload, offset(parser), ',');
                }
                places[2 * count++] = offset(parser);
                if (values == null) {
                    reader.check();
                } else {
                    values.add(reader.value());
                }
            }
            if (count > 0) {
                places[2 * count - 1] = endBefore(payload, offset(parser) + 1, ']');
            }
            if (parser.nextToken() != null) {
                throw new BadPacketException("more follows the payload");
            }
            return new Arguments(
                    payload,
                    java.util.Arrays.copyOf(places, 2 * count),
                    List.copyOf(attachments),
                    values == null ? null : Collections.unmodifiableList(values));
        } catch (JacksonException malformed) {
            throw malformed(malformed);
        }
    }

    static BadPacketException malformed(JacksonException malformed) {
        return new BadPacketException("malformed JSON: " + sentence(malformed.getOriginalMessage()));
    }

    /** Without what the parser says of its source and of its own settings. */
    private static String sentence(@Nullable String message) {
        return firstLine(message).replaceFirst(" \\(start marker at .*", "").replaceFirst(", from `[^`]*`", "");
    }

    private static String firstLine(@Nullable String message) {
        String text = String.valueOf(message);
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end);
    }

    private static int offset(JsonParser parser) {
        return (int) parser.currentTokenLocation().getCharOffset();
    }

    /** Where the value ends that a mark before {@code at}, and maybe white space, follow. */
    private static int endBefore(String text, int at, char mark) {
        int end = text.lastIndexOf(mark, at - 1);
        while (text.charAt(end - 1) <= ' ') {
            end--;
        }
        return end;
    }

    /** These without the first, which is an event's name. */
    Arguments withoutName() {
        return new Arguments(
                json,
                java.util.Arrays.copyOfRange(places, 2, places.length),
                attachments,
                values == null ? null : values.subList(1, values.size()));
    }

    /** How many there are. */
    public int size() {
        return places.length / 2;
    }

    /** The value at an index, or null when it is null or there is none. */
    public @Nullable Object get(int index) {
        return index < size() ? values().get(index) : null;
    }

    /** The text at an index, or null when there is something else or nothing. */
    public @Nullable String text(int index) {
        return get(index) instanceof String text ? text : null;
    }

    /** All of them. */
    public List<@Nullable Object> values() {
        List<@Nullable Object> known = values;
        if (known == null) {
            known = parsed();
            values = known;
        }
        return known;
    }

    /**
     * The JSON text of the value at an index, as it came; placeholders stand for bytes.
     *
     * @throws IndexOutOfBoundsException when there is none
     */
    public String json(int index) {
        return json.substring(places[2 * index], places[2 * index + 1]);
    }

    private List<@Nullable Object> parsed() {
        List<@Nullable Object> list = new ArrayList<>(size());
        for (int i = 0; i < size(); i++) {
            try (JsonParser parser = Json.parser(json(i))) {
                parser.nextToken();
                list.add(new Json.Reader(parser, attachments).value());
            }
        }
        return Collections.unmodifiableList(list);
    }

    @Override
    public String toString() {
        return size() == 0 ? "[]" : "[" + json.substring(places[0], places[places.length - 1]) + "]";
    }
}
