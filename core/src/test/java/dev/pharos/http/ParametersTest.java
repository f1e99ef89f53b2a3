package dev.pharos.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {

    @Test
    void keepsOrderAndRepetition() {
        Parameters parameters = query("topic=a&last=5&topic=b&topic=a");
        assertThat(parameters.all("topic")).containsExactly("a", "b", "a");
        assertThat(parameters.first("topic")).isEqualTo("a");
        assertThat(query("id=1&x=2&id=3").last("id")).isEqualTo("3");
        assertThat(parameters.names()).containsExactly("topic", "last");
        assertThat(parameters.size()).isEqualTo(4);
    }

    @Test
    void answersForAbsentNames() {
        Parameters parameters = query("a=1");
        assertThat(parameters.first("b")).isNull();
        assertThat(parameters.last("b")).isNull();
        assertThat(parameters.all("b")).isEmpty();
        assertThat(parameters.has("b")).isFalse();
        assertThat(parameters.has("A")).isFalse();
    }

    @Test
    void hasNothingWithoutQuery() {
        assertThat(Parameters.ofQuery(null, 10).size()).isZero();
        assertThat(query("").size()).isZero();
        assertThat(query("&&&").size()).isZero();
    }

    @Test
    void splitsAsTheStandardDoes() {
        Parameters parameters = query("&a&b=&=c&d=e=f&&g=%26%3D&");
        assertThat(pairs(parameters)).containsExactly("a", "", "b", "", "", "c", "d", "e=f", "g", "&=");
        assertThat(parameters.has("a")).isTrue();
    }

    @Test
    void decodesPlusEscapesAndUtf8() {
        assertThat(query("t=a+b%2Bc%20d").first("t")).isEqualTo("a b+c d");
        assertThat(query("t=%C3%BC%f0%9F%98%80").first("t")).isEqualTo("ü😀");
        assertThat(query("t=ü😀").first("t")).isEqualTo("ü😀");
        assertThat(query("%C3%BC=1").first("ü")).isEqualTo("1");
        assertThat(query("%74opic+x=1").first("topic x")).isEqualTo("1");
    }

    @Test
    void allowsNulAndTheReplacementCharacterItself() {
        assertThat(query("t=a%00b").first("t")).isEqualTo("a\0b");
        assertThat(query("t=%EF%BF%BD").first("t")).isEqualTo("\uFFFD");
        assertThat(query("t=\uFFFD").first("t")).isEqualTo("\uFFFD");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%4", "%zz", "%4g", "a%", "a%2", "%%41", "%+1", "%-1", "%４１"})
    void refusesBrokenEscapes(String value) {
        BadParameterException bad =
                catchThrowableOfType(BadParameterException.class, () -> query("ok=1&topic=" + value + "&x=y"));
        assertThat(bad.parameter()).isEqualTo("topic");
        assertThat(bad).hasMessageContaining("'topic'").hasMessageContaining("escape '%");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%FF", "%C3", "a%C3b", "%C0%80", "%ED%A0%80", "%F4%90%80%80", "%80", "\uD800", "x\uDC00y"})
    void refusesBrokenUtf8(String value) {
        BadParameterException bad =
                catchThrowableOfType(BadParameterException.class, () -> query("ok=1&data=" + value + "&x=😀"));
        assertThat(bad.parameter()).isEqualTo("data");
        assertThat(bad).hasMessage("parameter 'data' is not valid UTF-8");
    }

    @Test
    void refusesBrokenRawUtf8InForms() {
        byte[] form = {'d', '=', 'x', (byte) 0xC3};
        assertThatThrownBy(() -> Parameters.ofForm(form, 10)).hasMessage("parameter 'd' is not valid UTF-8");
    }

    @Test
    void refusesBrokenNames() {
        assertThatThrownBy(() -> query("a%zz=1")).hasMessageContaining("parameter 'a%zz'");
        assertThatThrownBy(() -> query("a%FF")).hasMessageContaining("parameter 'a%FF' is not valid UTF-8");
    }

    @Test
    void shortensLongNamesInMessages() {
        BadParameterException bad =
                catchThrowableOfType(BadParameterException.class, () -> query("n".repeat(10_000) + "=%"));
        assertThat(bad.toString().length()).isLessThan(300);
        assertThat(bad.parameter().length()).isLessThan(100);
    }

    @Test
    void boundsTheNumberOfParameters() {
        assertThat(Parameters.ofQuery("a&b&c&&", 3).size()).isEqualTo(3);
        assertThatThrownBy(() -> Parameters.ofQuery("a&b&c&dd=5", 3))
                .isInstanceOf(BadParameterException.class)
                .hasMessage("there are more than 3 parameters, the first too many is 'dd'");
    }

    @Test
    void decodesWhatTheJdkEncodes() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            List<String> pairs = new ArrayList<>();
            StringBuilder form = new StringBuilder();
            for (int n = random.nextInt(5); n >= 0; n--) {
                String name = text(random);
                String value = text(random);
                if (name.isEmpty() && value.isEmpty()) {
                    continue;
                }
                pairs.add(name);
                pairs.add(value);
                form.append(form.isEmpty() ? "" : "&")
                        .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
            }
            assertThat(pairs(query(form.toString()))).as("seed %d", seed).isEqualTo(pairs);
            assertThat(pairs(Parameters.ofForm(form.toString().getBytes(StandardCharsets.UTF_8), 10)))
                    .as("seed %d", seed)
                    .isEqualTo(pairs);
        }
    }

    private static Parameters query(String query) {
        return Parameters.ofQuery(query, 100);
    }

    private static List<String> pairs(Parameters parameters) {
        List<String> pairs = new ArrayList<>();
        parameters.forEach((name, value) -> {
            pairs.add(name);
            pairs.add(value);
        });
        return pairs;
    }

    private static String text(Random random) {
        int[] alphabet = {'a', 'z', '0', '%', '+', '&', '=', ' ', 0, '\n', 0x7F, 0xFC, 0x20AC, 0xFFFD, 0x1F600, ';'};
        StringBuilder text = new StringBuilder();
        for (int n = random.nextInt(6); n > 0; n--) {
            text.appendCodePoint(alphabet[random.nextInt(alphabet.length)]);
        }
        return text.toString();
    }
}
