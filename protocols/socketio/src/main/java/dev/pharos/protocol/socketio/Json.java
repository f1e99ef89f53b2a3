package dev.pharos.protocol.socketio;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON as Java's own values, both ways, with bounds for hostile input.
 *
 * <p>An object is a {@link Map} in its order, an array a {@link List}, a number a {@link Number}; where the reader has
 * attachments, a placeholder is a {@code byte[]}.
 */
final class Json {

    static final int MOST_NESTING = 64;
    /** Values of one packet, those in arrays and objects counted. */
    static final int MOST_VALUES = 200_000;

    private static final int MOST_DIGITS = 64;
    private static final String PLACEHOLDER = "_placeholder";
    private static final String NUMBER = "num";

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MOST_NESTING)
                    .maxNumberLength(MOST_DIGITS)
                    .maxStringLength(64 << 20)
                    .maxNameLength(16 << 10)
                    .build())
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .build();

    private Json() {}

    static JsonParser parser(String text) {
        return FACTORY.createParser(ObjectReadContext.empty(), text);
    }

    static JsonGenerator generator(ByteArrayOutputStream out) {
        return FACTORY.createGenerator(ObjectWriteContext.empty(), out);
    }

    /** Reads values; each of them counts against one bound. */
    static final class Reader {
        private final JsonParser json;
        private final List<byte[]> attachments;
        private int values;

        Reader(JsonParser json, List<byte[]> attachments) {
            this.json = json;
            this.attachments = attachments;
        }

        /** The value that the parser is at the start of; behind it the parser is at its last token. */
        @Nullable
        Object value() {
            JsonToken token = json.currentToken();
            count(token);
            return switch (token) {
                case VALUE_NULL -> null;
                case VALUE_TRUE -> true;
                case VALUE_FALSE -> false;
                case VALUE_STRING -> json.getString();
                case VALUE_NUMBER_INT -> json.getNumberValue();
                case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
                case START_ARRAY -> array();
                case START_OBJECT -> object();
                case null, default -> throw new BadPacketException("a value is expected, got " + token);
            };
        }

        /** Goes over a value as {@link #value} does, and finds the same wrong, but makes nothing of it. */
        void check() {
            int depth = 0;
            do {
                JsonToken token = json.currentToken();
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                }
                if (!token.isStructEnd() && token != JsonToken.PROPERTY_NAME) {
                    count(token);
                }
            } while (depth > 0 && json.nextToken() != null);
        }

        private void count(JsonToken token) {
            if (++values > MOST_VALUES) {
                throw new BadPacketException("a packet has more than " + MOST_VALUES + " values");
            }
            if (token.isNumeric() && json.getStringLength() > MOST_DIGITS) {
                throw new BadPacketException("a number has more than " + MOST_DIGITS + " characters");
            }
        }

        private List<@Nullable Object> array() {
            if (json.nextToken() == JsonToken.END_ARRAY) {
                return List.of();
            }
            List<@Nullable Object> list = new ArrayList<>(4);
            do {
                list.add(value());
            } while (json.nextToken() != JsonToken.END_ARRAY);
            return Collections.unmodifiableList(list);
        }

        private Object object() {
            if (json.nextToken() == JsonToken.END_OBJECT) {
                return Map.of();
            }
            Map<String, @Nullable Object> map = new LinkedHashMap<>(8);
            do {
                String name = json.currentName();
                json.nextToken();
                map.put(name, value());
            } while (json.nextToken() != JsonToken.END_OBJECT);
            return !attachments.isEmpty() && Boolean.TRUE.equals(map.get(PLACEHOLDER))
                    ? attachment(map.get(NUMBER))
                    : Collections.unmodifiableMap(map);
        }

        private byte[] attachment(@Nullable Object number) {
            if (!(number instanceof Integer index) || index < 0 || index >= attachments.size()) {
                throw new BadPacketException("a placeholder names an attachment that is not there");
            }
            return attachments.get(index);
        }
    }

    /** Writes values; bytes become placeholders and are put aside. */
    static final class Writer {
        private final JsonGenerator json;
        private final List<byte[]> attachments;
        private int depth;

        Writer(JsonGenerator json, List<byte[]> attachments) {
            this.json = json;
            this.attachments = attachments;
        }

        void value(@Nullable Object value) {
            switch (value) {
                case null -> json.writeNull();
                case CharSequence text -> string(text.toString());
                case Boolean flag -> json.writeBoolean(flag);
                case Number number -> number(number);
                case byte[] bytes -> attachment(bytes.clone());
                case ByteBuffer bytes -> {
                    byte[] copy = new byte[bytes.remaining()];
                    bytes.duplicate().get(copy);
                    attachment(copy);
                }
                case Map<?, ?> map -> object(map);
                case Iterable<?> list -> array(list);
                case Object[] array -> array(java.util.Arrays.asList(array));
                case RawJson raw -> json.writeRawValue(raw.text());
                default ->
                    throw new IllegalArgumentException(
                            "a value is null, a text, boolean, number, map, list or bytes, got "
                                    + value.getClass().getName());
            }
        }

        private void number(Number number) {
            switch (number) {
                case Integer i -> json.writeNumber(i);
                case Long l -> json.writeNumber(l);
                case Short s -> json.writeNumber(s.intValue());
                case Byte b -> json.writeNumber(b.intValue());
                case BigInteger big -> json.writeNumber(big);
                case BigDecimal big -> json.writeNumber(big);
                default -> {
                    double d = number.doubleValue();
                    if (Double.isNaN(d) || Double.isInfinite(d)) {
                        json.writeNull(); // as JSON.stringify does
                    } else {
                        json.writeNumber(d);
                    }
                }
            }
        }

        /** A lone surrogate has no UTF-8: it is written as an escape, as JSON.stringify does. */
        private void string(String text) {
            if (isWellFormed(text)) {
                json.writeString(text);
            } else {
                json.writeRawValue(escaped(text));
            }
        }

        private void array(Iterable<?> list) {
            enter();
            json.writeStartArray();
            for (Object each : list) {
                value(each);
            }
            json.writeEndArray();
            depth--;
        }

        private void object(Map<?, ?> map) {
            enter();
            json.writeStartObject();
            map.forEach((name, value) -> {
                json.writeName(wellFormed(String.valueOf(name)));
                value(value);
            });
            json.writeEndObject();
            depth--;
        }

        private void enter() {
            if (++depth > MOST_NESTING) {
                throw new IllegalArgumentException("a value is nested more than " + MOST_NESTING + " deep");
            }
        }

        private void attachment(byte[] bytes) {
            json.writeStartObject();
            json.writeBooleanProperty(PLACEHOLDER, true);
            json.writeNumberProperty(NUMBER, attachments.size());
            json.writeEndObject();
            attachments.add(bytes);
        }
    }

    private static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /** A JSON text in ASCII. */
    private static String escaped(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7F && c != '"' && c != '\\') {
                out.append(c);
            } else {
                out.append("\\u%04x".formatted((int) c));
            }
        }
        return out.append('"').toString();
    }

    static String wellFormed(String text) {
        if (isWellFormed(text)) {
            return text;
        }
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints()
                .forEach(c ->
                        out.appendCodePoint(c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c));
        return out.toString();
    }
}
