package dev.pharos.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one source says: a value for some keys, and what was wrong with the rest.
 *
 * <p>Keys are complete, such as {@code limits.selectors} or {@code mercure.0.path}. A list of groups that is there and empty
 * is its own key with no text.
 */
final class Layer {

    private final Map<String, Given> values = new LinkedHashMap<>();
    private final List<Problem> problems = new ArrayList<>();

    void put(String key, Given given) {
        values.put(key, given);
    }

    void problem(Problem problem) {
        problems.add(problem);
    }

    Map<String, Given> values() {
        return values;
    }

    List<Problem> problems() {
        return problems;
    }
}
