package dev.pharos.bench;

import java.io.IOException;
import java.util.OptionalLong;

/** Memory of a hub: resident in its process, and alive on its heap, in bytes where it is known. */
public record Footprint(OptionalLong resident, OptionalLong live) {

    /** Nothing is known. */
    public static final Footprint UNKNOWN = new Footprint(OptionalLong.empty(), OptionalLong.empty());

    /** As it is now; the heap is collected for that. */
    public static Footprint of(HubProcess hub) throws IOException, InterruptedException {
        // the count of what is alive comes first, because it takes memory itself
        OptionalLong live = hub.live();
        return new Footprint(hub.resident(), live);
    }

    /** What has come since {@code before}, a connection. */
    public String since(Footprint before, int connections) {
        if (resident.isEmpty() || before.resident.isEmpty()) {
            return "memory not known here";
        }
        double outside = (double) (resident.getAsLong() - before.resident.getAsLong()) / connections;
        if (live.isEmpty() || before.live.isEmpty()) {
            return "%,.0f bytes of memory outside the heap".formatted(outside);
        }
        double inside = (double) (live.getAsLong() - before.live.getAsLong()) / connections;
        return "%,.0f bytes of memory (%,.0f outside the heap, %,.0f alive on it)"
                .formatted(outside + inside, outside, inside);
    }
}
