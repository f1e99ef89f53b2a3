package dev.pharos.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class InterleavingsTest {

    @Test
    void takesEveryOrderOnce() {
        List<String> orders = new ArrayList<>();
        int count = Interleavings.of(10, run -> {
            StringBuilder order = new StringBuilder();
            for (String name : List.of("a", "b")) {
                run.actor(name, () -> {
                    order.append(name);
                    run.point();
                    order.append(name);
                });
            }
            return () -> orders.add(order.toString());
        });
        assertThat(Set.copyOf(orders)).containsExactlyInAnyOrder("aabb", "abab", "abba", "bbaa", "baba", "baab");
        assertThat(orders).hasSize(count).hasSameSizeAs(Set.copyOf(orders));
    }

    @Test
    void interruptsNoMoreOftenThanItMay() {
        Set<String> orders = new TreeSet<>();
        Interleavings.of(0, run -> {
            StringBuilder order = new StringBuilder();
            for (String name : List.of("a", "b")) {
                run.actor(name, () -> {
                    order.append(name);
                    run.point();
                    order.append(name);
                });
            }
            return () -> orders.add(order.toString());
        });
        assertThat(orders).containsExactly("aabb", "bbaa");
    }

    @Test
    void findsAnUpdateThatIsLost() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Interleavings.of(1, run -> counting(run, false)))
                .withStackTraceContaining("in order")
                .withStackTraceContaining("to be 2");
        assertThat(Interleavings.of(3, run -> counting(run, true))).isGreaterThan(2);
    }

    private static Runnable counting(Interleavings.Run run, boolean guarded) {
        int[] counter = new int[1];
        ReentrantLock lock = run.newLock();
        for (String name : List.of("a", "b")) {
            run.actor(name, () -> {
                if (guarded) {
                    lock.lock();
                }
                int before = counter[0];
                run.point();
                counter[0] = before + 1;
                if (guarded) {
                    lock.unlock();
                }
            });
        }
        return () -> assertThat(counter[0]).as("%d to be 2", counter[0]).isEqualTo(2);
    }

    @Test
    void findsThatNobodyCanGoOn() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> Interleavings.of(1, run -> {
                    ReentrantLock first = run.newLock();
                    ReentrantLock second = run.newLock();
                    run.actor("a", () -> both(first, second));
                    run.actor("b", () -> both(second, first));
                    return () -> {};
                }))
                .withStackTraceContaining("nobody can go on");
    }

    private static void both(ReentrantLock one, ReentrantLock other) {
        one.lock();
        try {
            other.lock();
            try {
                assertThat(one.isLocked()).isTrue();
            } finally {
                other.unlock();
            }
        } finally {
            one.unlock();
        }
    }
}
