package dev.pharos.http;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Decodes application/x-www-form-urlencoded bytes (WHATWG URL, section 5.1), refusing what the standard would repair.
 *
 * <p>Stateless. The result takes memory in proportion to the input.
 */
final class FormDecoder {

    private static final int SHOWN = 64;
    /** Never part of valid UTF-8: stands for a lone surrogate, so that decoding refuses it. */
    private static final int NOT_UTF8 = 0xFF;

    private FormDecoder() {}

    /**
     * Names and values in turn.
     *
     * @throws BadParameterException if a part cannot be decoded
     * @throws TooManyParametersException if there are more than {@code limit} parameters
     */
    static String[] decode(byte[] form, int limit) {
        String[] pairs = new String[8];
        int count = 0;
        int from = 0;
        while (from < form.length) {
            int end = indexOf(form, '&', from, form.length);
            if (end > from) {
                if (count / 2 >= limit) {
                    String name = shown(form, from, indexOf(form, '=', from, end));
                    throw new TooManyParametersException(name, limit);
                }
                if (count == pairs.length) {
                    pairs = Arrays.copyOf(pairs, 2 * count);
                }
                int equals = indexOf(form, '=', from, end);
                pairs[count++] = text(form, from, equals, from, equals);
                pairs[count++] = equals == end ? "" : text(form, equals + 1, end, from, equals);
            }
            from = end + 1;
        }
        return Arrays.copyOf(pairs, count);
    }

    /** The text in UTF-8, where what has no encoding becomes a byte that cannot be decoded. */
    static byte[] utf8(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c) && !Character.isSupplementaryCodePoint(text.codePointAt(i++))) {
                return utf8WithLoneSurrogates(text);
            }
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] utf8WithLoneSurrogates(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length() + 16);
        text.codePoints().forEach(c -> {
            if (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE) {
                bytes.write(NOT_UTF8);
            } else {
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
        });
        return bytes.toByteArray();
    }

    /** Decodes a name or value; the name's raw place serves the error message. */
    private static String text(byte[] form, int from, int end, int nameFrom, int nameEnd) {
        int all = 0;
        int firstCoded = -1;
        for (int i = from; i < end; i++) {
            byte b = form[i];
            all |= b;
            if ((b == '%' || b == '+') && firstCoded < 0) {
                firstCoded = i;
            }
        }
        if (firstCoded < 0) {
            return all >= 0
                    ? new String(form, from, end - from, StandardCharsets.ISO_8859_1)
                    : strict(form, from, end, form, nameFrom, nameEnd);
        }
        byte[] bytes = new byte[end - from];
        int length = firstCoded - from;
        System.arraycopy(form, from, bytes, 0, length);
        for (int i = firstCoded; i < end; i++) {
            byte b = form[i];
            if (b == '+') {
                bytes[length++] = ' ';
            } else if (b == '%') {
                int high = i + 1 < end ? Character.digit(form[i + 1], 16) : -1;
                int low = i + 2 < end ? Character.digit(form[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    String name = shown(form, nameFrom, nameEnd);
                    throw new BadParameterException(
                            name,
                            "parameter '%s' has the invalid percent escape '%s', which must be %% and two hexadecimal digits"
                                    .formatted(name, shown(form, i, Math.min(i + 3, end))));
                }
                bytes[length++] = (byte) (high << 4 | low);
                i += 2;
            } else {
                bytes[length++] = b;
            }
        }
        return strict(bytes, 0, length, form, nameFrom, nameEnd);
    }

    private static String strict(byte[] bytes, int from, int end, byte[] form, int nameFrom, int nameEnd) {
        String text = new String(bytes, from, end - from, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, end - from));
            } catch (CharacterCodingException e) {
                String name = shown(form, nameFrom, nameEnd);
                throw new BadParameterException(name, "parameter '" + name + "' is not valid UTF-8");
            }
        }
        return text;
    }

    /** The raw text of a part, shortened, for a message; decoded leniently. */
    private static String shown(byte[] form, int from, int end) {
        String text = new String(Arrays.copyOfRange(form, from, Math.min(end, from + SHOWN)), StandardCharsets.UTF_8);
        return end - from > SHOWN ? text + "…" : text;
    }

    private static int indexOf(byte[] form, char wanted, int from, int end) {
        int i = from;
        while (i < end && form[i] != wanted) {
            i++;
        }
        return i;
    }
}
