package dev.pharos.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber asks a hub for.
 *
 * @param topics selectors, at least one
 * @param last begin with so many of the newest events, or -1
 * @param lastEventId begin behind this event, or null
 * @param json whether events come in their JSON shape
 */
public record Selection(
        List<String> topics, int last, @Nullable String lastEventId, boolean json) {

    /** Copies the list. */
    public Selection {
        topics = List.copyOf(topics);
    }

    /** The parameters of a request; once there is a cursor, {@code last} would bring back what was read already. */
    List<Map.Entry<String, String>> parameters(boolean fresh) {
        List<Map.Entry<String, String>> parameters = new ArrayList<>();
        for (String topic : topics) {
            parameters.add(Map.entry("topic", topic));
        }
        if (last >= 0 && fresh) {
            parameters.add(Map.entry("last", Integer.toString(last)));
        }
        if (json) {
            parameters.add(Map.entry("envelope", "json"));
        }
        parameters.add(Map.entry("control", "true"));
        parameters.add(Map.entry("cursor", "true"));
        return parameters;
    }
}
