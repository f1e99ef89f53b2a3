package dev.pharos.log;

import dev.pharos.log.SegmentLog.Options;
import dev.pharos.log.SegmentLog.Retention;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletionStage;

class SegmentLogIdempotencyTest extends IdempotencyContract {

    @Override
    protected EventLog open() {
        return open(64 << 20, 1);
    }

    @Override
    protected EventLog openSmall(int keepLast) {
        return open(64 << 10, keepLast);
    }

    private EventLog open(long maxBytes, int keepLast) {
        Retention retention = new Retention(maxBytes, Duration.ofDays(1), Long.MAX_VALUE, keepLast, 100, 1 << 20);
        Options options = new Options(SyncPolicy.OS, retention, 8 << 10, 1 << 20, InstantSource.system(), new Random());
        try {
            return tidied(SegmentLog.openUntended(new RamDisk(), options));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Drops what is too much right behind each append, and at no other time. */
    private static EventLog tidied(SegmentLog log) {
        return EventLog.class.cast(Proxy.newProxyInstance(
                EventLog.class.getClassLoader(), new Class<?>[] {EventLog.class}, (proxy, method, arguments) -> {
                    Object result = method.invoke(log, arguments);
                    if (method.getName().equals("append")) {
                        ((CompletionStage<?>) Objects.requireNonNull(result))
                                .toCompletableFuture()
                                .handle((entries, failure) -> entries)
                                .join();
                        log.tidy();
                    }
                    return result;
                }));
    }
}
