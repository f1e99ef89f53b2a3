package dev.pharos.benchmarks;

import dev.pharos.http.Encoded;
import dev.pharos.hub.DeliveryMode;
import dev.pharos.hub.Hub;
import dev.pharos.hub.Interest;
import dev.pharos.hub.Limits;
import dev.pharos.hub.Notice;
import dev.pharos.hub.Selectors;
import dev.pharos.hub.Start;
import dev.pharos.hub.Subscription;
import dev.pharos.hub.WireFormat;
import dev.pharos.log.Entry;
import dev.pharos.log.MemoryLog;
import dev.pharos.sse.SseEncoder;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Hubs and readers for benchmarks. */
final class Hubs {

    private Hubs() {}

    static Hub inMemory() {
        return inMemory(Limits.DEFAULT);
    }

    static Hub inMemory(Limits limits) {
        return Hub.over(new MemoryLog("bench", MemoryLog.Retention.ofBytes(16 << 20), InstantSource.system()))
                .limits(limits)
                .build();
    }

    static void reader(Hub hub, ManualLoop loop, String selector) {
        reader(hub, loop, Selectors.of(selector));
    }

    static void reader(Hub hub, ManualLoop loop, Selectors selectors) {
        reader(hub, loop, selectors, Selectors.NONE);
    }

    static void reader(Hub hub, ManualLoop loop, Selectors selectors, Selectors grants) {
        Reader reader = new Reader();
        reader.subscription =
                hub.subscribe(loop, new Interest(selectors, grants, new Sse(), DeliveryMode.ALL), Start.LIVE, reader);
        if (reader.subscription == null) {
            throw new IllegalStateException("the hub has no room for " + selectors);
        }
    }

    private record Sse() implements WireFormat {
        @Override
        public Encoded encode(Entry entry) {
            return Encoded.of(
                    SseEncoder.event(null, -1, entry.id(), entry.event().data()));
        }

        @Override
        public @Nullable Encoded encode(Notice notice) {
            return null;
        }
    }

    private static final class Reader implements Subscription.Listener {
        private @Nullable Subscription subscription;

        @Override
        public void onOpen(Notice outcome) {}

        @Override
        public void onReady() {
            Subscription from = subscription;
            while (from != null && from.poll(64 << 10) != null) {
                // dropped
            }
        }

        @Override
        public void onDrain() {}

        @Override
        public void onFailure(RuntimeException cause) {
            throw cause;
        }
    }
}
