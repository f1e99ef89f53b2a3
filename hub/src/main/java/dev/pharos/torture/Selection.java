package dev.pharos.torture;

import java.util.ArrayList;
import java.util.List;

/**
 * What a reader asks for.
 *
 * @param topics bit i is set when that covers topic i of {@link Sent#TOPICS}
 */
record Selection(List<String> selectors, int topics) {

    static final Selection EVERYTHING = new Selection(List.of("*"), Sent.ALL_TOPICS);

    static final List<Selection> ALL = List.of(
            EVERYTHING,
            new Selection(List.of("alpha"), 0b000001),
            new Selection(List.of("beta", "gamma"), 0b000110),
            new Selection(List.of("quiet"), 0b001000),
            new Selection(List.of("https://shop.example/orders/{id}"), 0b110000),
            new Selection(List.of("https://shop.example/orders/2", "alpha", "quiet"), 0b101001));

    /** As parameters of a query: names and values in turn. */
    List<String> query() {
        List<String> query = new ArrayList<>();
        for (String selector : selectors) {
            query.add("topic");
            query.add(selector);
        }
        return query;
    }

    boolean covers(Sent sent) {
        return (sent.topics() & topics) != 0;
    }
}
