package dev.pharos.hub;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A random URI template as text, as a regular expression of what may match it, and as an expander by RFC 6570 section
 * 3, each written without the code under test.
 */
final class TemplateSample {

    private static final String[] LITERALS = {
        "a", "/", "x=", ",", "%2F", "%c3", "%C3", ".", "#", "?", "&", ";", "ü", "€", "😀"
    };
    private static final String OPERATORS = "_+#./;?&";

    final StringBuilder text = new StringBuilder();
    private final StringBuilder regex = new StringBuilder();
    private final List<Object> pieces = new ArrayList<>();
    private int expressions;

    private record Variable(String name, int length, boolean explode) {}

    private record Expression(char operator, List<Variable> variables) {}

    TemplateSample(Random random, int maxPieces) {
        for (int n = 1 + random.nextInt(maxPieces); n > 0 || expressions == 0; n--) {
            if (random.nextInt(5) < 2) {
                literal(LITERALS[random.nextInt(LITERALS.length)]);
            } else {
                expression(random);
            }
        }
    }

    Pattern regex() {
        return Pattern.compile(regex.toString());
    }

    private void literal(String literal) {
        text.append(literal);
        pieces.add(literal);
        regex.append("(?:").append(Pattern.quote(literal));
        if (!literal.equals(encode(literal, true))) {
            regex.append('|').append(Pattern.quote(encode(literal, true)));
        }
        regex.append(')');
    }

    private void expression(Random random) {
        expressions++;
        char operator = OPERATORS.charAt(random.nextInt(OPERATORS.length()));
        List<Variable> variables = new ArrayList<>();
        boolean explodes = false;
        for (int n = random.nextInt(4) == 0 ? 1 + random.nextInt(3) : 1; n > 0; n--) {
            int kind = random.nextInt(4);
            variables.add(new Variable(
                    List.of("v", "list", "a.b_1", "k%20").get(random.nextInt(4)),
                    kind == 1 ? 1 + random.nextInt(3) : 0,
                    kind == 0));
            explodes |= kind == 0;
        }
        Expression expression = new Expression(operator, variables);
        pieces.add(expression);
        text.append('{').append(operator == '_' ? "" : operator);
        for (int i = 0; i < variables.size(); i++) {
            Variable v = variables.get(i);
            text.append(i > 0 ? "," : "").append(v.name).append(v.explode ? "*" : v.length > 0 ? ":" + v.length : "");
        }
        text.append('}');
        boolean reserved = "+#".indexOf(operator) >= 0;
        boolean named = ";?&".indexOf(operator) >= 0;
        String value = "(?:[" + (reserved ? ":/?#\\[\\]@!$&'()*+;=" : named || explodes ? "=" : "")
                + ",A-Za-z0-9._~-]|%[0-9A-Fa-f]{2})*";
        String first = first(operator);
        String more = explodes ? "*" : "{0," + (variables.size() - 1) + "}";
        regex.append("(?:")
                .append(Pattern.quote(first))
                .append(value)
                .append("(?:")
                .append(Pattern.quote(separator(operator)))
                .append(value)
                .append(')')
                .append(more)
                .append(")?");
    }

    /** An expansion with random values. */
    String expand(Random random) {
        StringBuilder out = new StringBuilder();
        for (Object piece : pieces) {
            if (piece instanceof Expression e) {
                boolean any = false;
                for (Variable v : e.variables) {
                    String part = expand(e.operator, v, random);
                    if (part != null) {
                        out.append(any ? separator(e.operator) : first(e.operator))
                                .append(part);
                        any = true;
                    }
                }
            } else {
                out.append(random.nextBoolean() ? piece.toString() : encode(piece.toString(), true));
            }
        }
        return out.toString();
    }

    private static @Nullable String expand(char operator, Variable v, Random random) {
        boolean reserved = operator == '+' || operator == '#';
        boolean named = ";?&".indexOf(operator) >= 0;
        int kind = v.length > 0 ? random.nextInt(4) : random.nextInt(6);
        if (kind == 0) {
            return null;
        }
        if (kind <= 3) {
            String value = value(random);
            if (v.length > 0 && value.codePointCount(0, value.length()) > v.length) {
                value = value.substring(0, value.offsetByCodePoints(0, v.length));
            }
            return named ? name(operator, v.name, encode(value, reserved)) : encode(value, reserved);
        }
        List<String> parts = new ArrayList<>();
        if (kind == 4) {
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                String value = encode(value(random), reserved);
                parts.add(v.explode && named ? name(operator, v.name, value) : value);
            }
        } else {
            Map<String, String> map = new TreeMap<>();
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                map.put(value(random), value(random));
            }
            map.forEach((key, value) -> {
                String k = encode(key, reserved);
                String w = encode(value, reserved);
                if (v.explode) {
                    parts.add(named ? name(operator, k, w) : k + "=" + w);
                } else {
                    parts.add(k);
                    parts.add(w);
                }
            });
        }
        String joined = String.join(v.explode ? separator(operator) : ",", parts);
        return named && !v.explode ? name(operator, v.name, joined) : joined;
    }

    private static String name(char operator, String name, String value) {
        return value.isEmpty() && operator == ';' ? name : name + "=" + value;
    }

    private static String value(Random random) {
        int[] alphabet = {
            'a', 'Z', '7', '-', '.', '_', '~', ',', '=', '/', ';', '&', '#', '?', '%', ' ', '"', '{', 0xFC, 0x20AC,
            0x1F600
        };
        StringBuilder value = new StringBuilder();
        for (int n = random.nextInt(5); n > 0; n--) {
            value.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
        }
        return value.toString();
    }

    private static String first(char operator) {
        return "_+".indexOf(operator) >= 0 ? "" : String.valueOf(operator);
    }

    private static String separator(char operator) {
        return switch (operator) {
            case '_', '+', '#' -> ",";
            case '?' -> "&";
            default -> String.valueOf(operator);
        };
    }

    /** RFC 6570 section 3.2.1; with {@code reserved} also triplets and reserved characters stay. */
    private static String encode(String value, boolean reserved) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < value.length(); ) {
            int c = value.codePointAt(i);
            boolean triplet = c == '%' && value.substring(i).matches("(?s)%[0-9A-Fa-f]{2}.*");
            if ((c < 128 && (Character.isLetterOrDigit(c) || "-._~".indexOf(c) >= 0))
                    || (reserved && (triplet || ":/?#[]@!$&'()*+,;=".indexOf(c) >= 0))) {
                out.appendCodePoint(c);
            } else {
                for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    out.append("%%%02X".formatted(b));
                }
            }
            i += Character.charCount(c);
        }
        return out.toString();
    }
}
