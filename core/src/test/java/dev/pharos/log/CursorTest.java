package dev.pharos.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CursorTest {

    @Test
    void isAShortOpaqueIri() {
        assertThat(new Cursor("k3f9", 46_046)).hasToString("pos:k3f9.zj2");
        assertThat(new Cursor("k3f9", 0)).hasToString("pos:k3f9.0");
    }

    @Test
    void readsWhatItWrites() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 1_000; round++) {
            Cursor cursor = new Cursor("e" + random.nextInt(1000), random.nextLong() >>> (1 + random.nextInt(63)));
            assertThat(Cursor.parse(cursor.toString())).as("seed %d", seed).isEqualTo(cursor);
        }
        Cursor farthest = new Cursor("e", Long.MAX_VALUE);
        assertThat(Cursor.parse(farthest.toString())).isEqualTo(farthest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pos:",
                "pos:.",
                "pos:e",
                "pos:e.",
                "pos:.1",
                "pos:e.01",
                "pos:e.-1",
                "pos:e.+1",
                "pos:e.1A",
                "pos:E.1a",
                "pos:e.1.1",
                "pos:e.1 ",
                " pos:e.1",
                "pos:é.1",
                "pos:e.١",
                "POS:e.1",
                "urn:e.1",
                "pos:e.1y2p0ij32e8e8",
                "pos:e.zzzzzzzzzzzzzzzzzzzz",
                "pos:eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee.1"
            })
    void readsNothingElse(String text) {
        assertThat(Cursor.parse(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "pos:, of the form",
        "pos:12, of the form",
        "pos:.12, of the form",
        "pos:e.-1, negative",
        "pos:e., not a number",
        "pos:e.1A, not a number",
        "pos:e.1.1, not a number",
        "pos:e.+1, not a number",
        "pos:e.1y2p0ij32e8e8, beyond any log",
        "pos:e.zzzzzzzzzzzzzzzzzzzz, beyond any log",
        "pos:e.01, not as the hub wrote it",
        "pos:E.1, not as the hub wrote it"
    })
    void saysWhatIsWrongWithOne(String text, String what) {
        assertThat(Cursor.parse(text)).isNull();
        assertThat(Cursor.fault(text)).contains(what);
    }

    @Test
    void findsNoFaultInACursor() {
        assertThat(Cursor.fault("pos:e.1a")).isNull();
    }

    @Test
    void claimsWhateverHasItsPrefix() {
        assertThat(Cursor.isCursor("pos:whatever")).isTrue();
        assertThat(Cursor.isCursor("position")).isFalse();
    }

    @Test
    void hasNoNegativePosition() {
        assertThatThrownBy(() -> new Cursor("e", -1)).hasMessageContaining("-1");
    }
}
