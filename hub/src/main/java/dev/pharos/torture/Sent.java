package dev.pharos.torture;

import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An event as a publisher of the torture test makes it: its number alone makes it unlike every other.
 *
 * @param number from 0, in the order they were made, which need not be that of the log
 * @param topics bit i is set for {@link #TOPICS} i
 * @param id its own, or null to get one
 * @param size how many letters its data has beside the number
 */
record Sent(int number, int topics, @Nullable String id, int size) {

    static final List<String> TOPICS = List.of(
            "alpha", "beta", "gamma", "quiet", "https://shop.example/orders/1", "https://shop.example/orders/2");

    static final int ALL_TOPICS = (1 << TOPICS.size()) - 1;
    static final int LARGEST = 8_000;

    private static final String OWN = "own-";
    private static final String TEXT = "light for every ship: \"a\\b\" é ✓\nnext line, {x: [1]} &=%+ ".repeat(150);

    static String id(int number) {
        return OWN + number;
    }

    /** The number of the event with an id of its own; -1 when it is no such id. */
    static int ofId(String id) {
        return id.matches(OWN + "\\d{1,9}") ? Integer.parseInt(id.substring(OWN.length())) : -1;
    }

    /** The number that data begins with; -1 when it does not. */
    static int ofData(String data) {
        int colon = data.indexOf(':');
        return colon > 0 && colon < 10 && data.substring(0, colon).matches("\\d+")
                ? Integer.parseInt(data.substring(0, colon))
                : -1;
    }

    List<String> topicNames() {
        return IntStream.range(0, TOPICS.size())
                .filter(i -> (topics >> i & 1) != 0)
                .mapToObj(TOPICS::get)
                .toList();
    }

    String data() {
        int from = number % 50;
        return number + ":" + TEXT.substring(from, from + size);
    }

    /** In the shape that publishes it. */
    String json() {
        StringBuilder json = new StringBuilder("{\"topics\":[");
        for (String topic : topicNames()) {
            json.append(json.charAt(json.length() - 1) == '[' ? "" : ",").append(Json.text(topic));
        }
        json.append("],\"data\":").append(Json.text(data()));
        if (id != null) {
            json.append(",\"id\":").append(Json.text(id));
        }
        return json.append('}').toString();
    }

    @Override
    public String toString() {
        return "event " + number + " (" + (id == null ? "" : "id " + id + ", ") + "topics " + topicNames() + ")";
    }
}
