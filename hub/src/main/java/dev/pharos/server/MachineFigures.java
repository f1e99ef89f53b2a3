package dev.pharos.server;

import com.sun.management.OperatingSystemMXBean;
import dev.pharos.hub.Hub;
import dev.pharos.log.Event;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;

/**
 * The live figures of the machine this hub runs on, published once a second to {@value #TOPIC} while somebody reads them
 * by this name: who reads everything, or what a pattern takes, has not asked for them.
 */
final class MachineFigures implements AutoCloseable {

    static final String TOPIC = "pharos/machine";

    private static final long PERIOD_MILLIS = 1_000;
    /** A reader by polling is away for a moment between two polls. */
    private static final int PERIODS_WITHOUT_READERS = 30;

    private final Hub hub;
    private final OperatingSystemMXBean machine;
    private volatile boolean closed;
    private int periodsAlone = PERIODS_WITHOUT_READERS;
    private long deliveries;
    private long published;
    private long publishedAt;

    MachineFigures(Hub hub) {
        this.hub = hub;
        this.publishedAt = hub.scheduler().nanoTime();
        this.machine = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    }

    void start() {
        machine.getCpuLoad(); // the first answer only begins the measurement
        next();
    }

    private void next() {
        hub.scheduler().schedule(PERIOD_MILLIS, this::tick);
    }

    private void tick() {
        if (closed) {
            return;
        }
        periodsAlone = hub.isNamed(TOPIC) ? 0 : periodsAlone + 1;
        if (periodsAlone < PERIODS_WITHOUT_READERS) {
            hub.publish(List.of(Event.of(TOPIC, figures())));
        }
        next();
    }

    private String figures() {
        var stats = hub.stats();
        long now = hub.scheduler().nanoTime();
        double seconds = Math.max(1, now - publishedAt) / 1e9;
        long deliveriesNow = Math.round((stats.deliveries() - deliveries) / seconds);
        long publishedNow = Math.round((stats.published() - published) / seconds);
        deliveries = stats.deliveries();
        published = stats.published();
        publishedAt = now;
        long total = machine.getTotalMemorySize();
        return String.format(
                Locale.ROOT,
                "{\"cpu\":%.4f,\"load\":%.2f,\"memory\":%.4f,\"deliveries\":%d,\"published\":%d,\"readers\":%d}",
                Math.max(0, machine.getCpuLoad()),
                Math.max(0, machine.getSystemLoadAverage()),
                total > 0 ? 1 - (double) machine.getFreeMemorySize() / total : 0,
                deliveriesNow,
                publishedNow,
                stats.subscriptions());
    }

    @Override
    public void close() {
        closed = true;
    }
}
