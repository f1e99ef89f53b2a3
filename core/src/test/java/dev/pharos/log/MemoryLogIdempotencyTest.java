package dev.pharos.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.log.MemoryLog.Retention;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryLogIdempotencyTest extends IdempotencyContract {

    @Override
    protected EventLog open() {
        return MemoryLog.ofBytes(16 << 20);
    }

    @Override
    protected EventLog openSmall(int keepLast) {
        return new MemoryLog("e", new Retention(64 << 10, keepLast, 100, 64 << 10), InstantSource.system());
    }

    @Test
    void countsKeysAmongWhatItKeeps() {
        MemoryLog log = MemoryLog.ofBytes(1 << 20);
        log.append(List.of(Event.on("a").idempotencyKey("k".repeat(100)).build()));
        long keyed = log.size().bytes();
        log.append(List.of(Event.of("a", "")));
        assertThat(keyed).isGreaterThanOrEqualTo(log.size().bytes() - keyed + 100);
    }

    @Test
    void keepsNoKeysBeyondItsEvents() {
        IdempotencyKeys keys = new IdempotencyKeys();
        Event event = Event.on("a").idempotencyKey("k").build();
        keys.kept(new Entry("e", 1, 0, event));
        keys.kept(new Entry("e", 2, 0, Event.of("a", "")));
        assertThat(keys.size()).isOne();
        keys.dropped(Event.of("a", ""));
        keys.dropped(event);
        assertThat(keys.size()).isZero();
    }
}
