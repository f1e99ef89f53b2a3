package dev.pharos.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Encoded;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TrailTest {

    private long commands;

    private void subscribe(Trail trail, String name, long position) {
        String ref = Long.toString(commands++);
        trail.subscribing(ref, name, "{\"topic\":\"t\"}");
        trail.onFrame(
                GatewayFrame.of("{\"type\":\"subscribed\",\"subscription\":%s,\"ref\":\"%s\",\"lastEventId\":\"%s\"}"
                        .formatted(quoted(name), ref, cursor(position))));
    }

    private static String quoted(String name) {
        return "\"" + name.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static String cursor(long position) {
        return "pos:e." + Long.toString(position, 36);
    }

    private static void send(Trail trail, String name, long... positions) {
        byte[] all = new byte[0];
        int[] ends = new int[positions.length];
        for (int i = 0; i < positions.length; i++) {
            Entry entry =
                    new Entry("e", positions[i], 0, Event.on("t").data("x").build());
            Encoded one = new SocketIoFormat(name, true).encode(entry);
            int at = all.length;
            all = java.util.Arrays.copyOf(all, at + one.length());
            System.arraycopy(one.bytes(), one.start(0), all, at, one.length());
            ends[i] = all.length;
        }
        trail.sent(Encoded.of(all, ends));
    }

    private static @Nullable Map<String, Long> behind(Trail trail, @Nullable String offset) {
        List<Trail.Place> places = trail.behind(offset);
        if (places == null) {
            return null;
        }
        Map<String, Long> found = new HashMap<>();
        places.forEach(place -> found.put(place.name(), place.position()));
        return found;
    }

    @Test
    void knowsHowFarEachSubscriptionWas() {
        Trail trail = new Trail(null);
        subscribe(trail, "a", 10);
        subscribe(trail, "b", 0);
        send(trail, "a", 11, 15);
        send(trail, "b", 3);
        send(trail, "a", 16);
        assertThat(behind(trail, null)).isEqualTo(Map.of("a", 10L, "b", 0L));
        assertThat(behind(trail, Trail.offset(11, "a"))).isEqualTo(Map.of("a", 11L, "b", 0L));
        assertThat(behind(trail, Trail.offset(3, "b"))).isEqualTo(Map.of("a", 15L, "b", 3L));
        assertThat(behind(trail, Trail.offset(16, "a"))).isEqualTo(Map.of("a", 16L, "b", 3L));
        assertThat(trail.moved("b", 20)).isEqualTo(Trail.offset(20, "b"));
        assertThat(behind(trail, Trail.offset(20, "b"))).isEqualTo(Map.of("a", 16L, "b", 20L));
    }

    @Test
    void saysNothingOfWhatWasNotSent() {
        Trail trail = new Trail("5:a");
        subscribe(trail, "a", 10);
        send(trail, "a", 11);
        for (String offset :
                new String[] {null, "", "b:a", "b:b", "4:a", "-1:a", ":a", "zzzzzzzzzzzzzzzzzz:a", "A:a", "00b:a"}) {
            boolean isSent = Objects.equals(offset, "b:a");
            assertThat(behind(trail, offset) != null).as(String.valueOf(offset)).isEqualTo(isSent);
        }
        assertThat(behind(trail, "5:a")).as("what it came with").isEqualTo(Map.of("a", 10L));
    }

    @Test
    void saysNothingWhileASubscriptionIsBeingOpened() {
        Trail trail = new Trail(null);
        trail.subscribing("x", "a", "{}");
        assertThat(trail.behind(null)).isNull();
        trail.onFrame(
                GatewayFrame.of("{\"type\":\"error\",\"code\":\"invalid\",\"subscription\":\"a\",\"ref\":\"x\"}"));
        assertThat(trail.behind(null)).isEmpty();
    }

    @Test
    void whatCouldHaveBeenMoreThanOnceIsNotToldApart() {
        Trail trail = new Trail(null);
        subscribe(trail, "a", 0);
        send(trail, "a", 5);
        trail.onFrame(
                GatewayFrame.of("{\"type\":\"unsubscribed\",\"subscription\":\"a\",\"lastEventId\":\"pos:e.5\"}"));
        assertThat(behind(trail, "5:a")).isEmpty();
        subscribe(trail, "a", 0);
        send(trail, "a", 5);
        assertThat(behind(trail, "5:a")).isNull();
        send(trail, "a", 6);
        assertThat(behind(trail, "6:a")).isEqualTo(Map.of("a", 6L));
    }

    @Test
    void namesMayHaveAnyCharacters() {
        String name = "é:\",\"]\\ 😀";
        Trail trail = new Trail(null);
        subscribe(trail, name, 0);
        send(trail, name, 7);
        assertThat(behind(trail, "7:" + name)).isEqualTo(Map.of(name, 7L));
    }

    @Test
    void chanceOrdersAreKnownAtEveryEvent() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Trail trail = new Trail(null);
        List<String> offsets = new ArrayList<>();
        List<Map<String, Long>> reached = new ArrayList<>();
        Map<String, Long> now = new HashMap<>();
        for (String name : List.of("a", "b", "c")) {
            subscribe(trail, name, 0);
            now.put(name, 0L);
        }
        for (int i = 0; i < 5_000; i++) {
            String name = List.of("a", "b", "c").get(random.nextInt(3));
            long position = now.getOrDefault(name, 0L) + 1 + random.nextInt(3);
            send(trail, name, position);
            now.put(name, position);
            offsets.add(Trail.offset(position, name));
            reached.add(Map.copyOf(now));
        }
        int known = 0;
        for (int i = offsets.size() - 1; i >= 0; i--) {
            Map<String, Long> found = behind(trail, offsets.get(i));
            if (found == null) {
                break;
            }
            assertThat(found).as("seed %d, event %d", seed, i).isEqualTo(reached.get(i));
            known++;
        }
        assertThat(known).as("seed %d", seed).isGreaterThanOrEqualTo(512).isLessThan(5_000);
        assertThat(behind(trail, null)).isNull();
    }
}
