package dev.pharos.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class EncodedTest {

    private static final String FORM = "a form";

    @Test
    void keepsItsFormWhenJoinedAndCut() {
        Encoded a = Encoded.of("a").in(FORM);
        Encoded both = Encoded.join(List.of(a, Encoded.of("bc").in(FORM)));
        assertThat(both.form()).isSameAs(FORM);
        assertThat(both).hasToString("abc");
        Encoded second = both.slice(1, 2);
        assertThat(second.form()).isSameAs(FORM);
        assertThat(second).hasToString("bc");
    }

    @Test
    void formsAreNotMixed() {
        assertThatThrownBy(() -> Encoded.join(List.of(Encoded.of("a").in(FORM), Encoded.of("b"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(FORM);
    }
}
