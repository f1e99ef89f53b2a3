package dev.pharos.config;

import java.util.List;

/**
 * What somebody wrote for a setting, not understood yet.
 *
 * @param texts one, or those of a list
 */
record Given(List<String> texts, Origin origin) {

    Given {
        texts = List.copyOf(texts);
    }

    static Given of(String text, Origin origin) {
        return new Given(List.of(text), origin);
    }
}
