package dev.pharos.cli;

import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import dev.pharos.log.EventLog;
import dev.pharos.log.SegmentLog;
import dev.pharos.log.SyncPolicy;
import dev.pharos.server.HubServer;
import dev.pharos.server.ServeOptions;
import dev.pharos.server.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32C;
import picocli.CommandLine;

/** A hub as a process whose log has a fault, for the torture test to find. */
public final class FaultyHub {

    /** The system property that names the fault. */
    public static final String PROPERTY = "pharos.fault";

    /** What is wrong with its log. */
    public enum Fault {
        /** Nothing. */
        NONE,
        /** Events are acknowledged when they are written, and synced when the system likes. */
        ACKNOWLEDGES_BEFORE_SYNC,
        /** Events with an id of their own are acknowledged first and appended then. */
        ACKNOWLEDGES_BEFORE_APPEND,
        /** Now and then the tail's listener hears of events with the next ones only. */
        LOSES_WAKE_UPS,
        /** After a crash the log gives again the positions of events that the crash took. */
        REUSES_POSITIONS
    }

    private FaultyHub() {}

    /** Does as {@code pharos serve} does. */
    public static void main(String... args) {
        Fault fault = Fault.valueOf(System.getProperty(PROPERTY, "NONE"));
        ServeCommand serve = new ServeCommand(options -> HubServer.start(new ServeOptions(
                options.configuration(), () -> open((Storage.Directory) options.storage(), fault), options.sources())));
        System.exit(new CommandLine(serve)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(List.of(args).subList(1, args.length).toArray(String[]::new)));
    }

    private static EventLog open(Storage.Directory storage, Fault fault) {
        if (fault == Fault.REUSES_POSITIONS) {
            forgetReserved(storage.path().resolve("head"));
        }
        SegmentLog.Options told = storage.options();
        SyncPolicy policy = fault == Fault.ACKNOWLEDGES_BEFORE_SYNC ? SyncPolicy.OS : told.sync();
        EventLog log = new Storage.Directory(
                        storage.path(),
                        new SegmentLog.Options(
                                policy,
                                told.retention(),
                                told.segmentBytes(),
                                told.indexBytes(),
                                told.clock(),
                                told.random()),
                        storage.record())
                .open();
        return (EventLog) Proxy.newProxyInstance(
                EventLog.class.getClassLoader(), new Class<?>[] {EventLog.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("append")) {
                        return append(log, events(arguments[0]), fault);
                    }
                    if (method.getName().equals("listen") && fault == Fault.LOSES_WAKE_UPS) {
                        return log.listen(sleepy((EventLog.TailListener) arguments[0]));
                    }
                    try {
                        return method.invoke(log, arguments);
                    } catch (InvocationTargetException thrown) {
                        throw Objects.requireNonNull(thrown.getCause());
                    }
                });
    }

    @SuppressWarnings("unchecked")
    private static List<Event> events(Object argument) {
        return (List<Event>) argument;
    }

    private static CompletionStage<List<Entry>> append(EventLog log, List<Event> events, Fault fault) {
        if (fault == Fault.ACKNOWLEDGES_BEFORE_APPEND && events.stream().allMatch(event -> event.id() != null)) {
            CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(() -> log.append(events));
            return CompletableFuture.completedFuture(events.stream()
                    .map(event -> new Entry(log.epoch(), 1, 0, event))
                    .toList());
        }
        return log.append(events);
    }

    /**
     * Sets the number of reserved positions in both slots of a log's head to none: a slot has its length at 24, then the
     * length of the epoch, the epoch, the seed and that number, and a checksum behind it all.
     */
    private static void forgetReserved(Path head) {
        if (Files.notExists(head)) {
            return;
        }
        try {
            byte[] slots = Files.readAllBytes(head);
            for (int slot = 0; slot < slots.length; slot += slots.length / 2) {
                ByteBuffer bytes =
                        ByteBuffer.wrap(slots, slot, slots.length / 2).slice();
                int end = 28 + bytes.getInt(24);
                if (end > 28 && end + 4 <= bytes.limit() && bytes.getInt(end) == checksum(bytes, end)) {
                    bytes.putLong(29 + bytes.get(28) + 8, 0);
                    bytes.putInt(end, checksum(bytes, end));
                }
            }
            Files.write(head, slots);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static int checksum(ByteBuffer bytes, int end) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes.duplicate().clear().limit(end));
        return (int) checksum.getValue();
    }

    private static EventLog.TailListener sleepy(EventLog.TailListener listener) {
        List<Entry> held = new ArrayList<>();
        AtomicInteger calls = new AtomicInteger();
        return entries -> {
            held.addAll(entries);
            if (calls.incrementAndGet() % 5 != 0) {
                listener.onAppend(List.copyOf(held));
                held.clear();
            }
        };
    }
}
