package dev.pharos.torture;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * One log from its first event to the judgement: a hub that is killed again and again while publishers publish and readers
 * read; then everybody reaches the end, and all accounts are compared.
 */
final class Round {

    private static final int PUBLISHERS = 5;
    private static final int READERS = 14;
    private static final int PROBES = 15;
    private static final Duration TO_FINISH = Duration.ofSeconds(30);
    /** Shorter than a heartbeat or a poll's wait, which would hide that a reader was not woken. */
    private static final Duration TO_ARRIVE = Duration.ofSeconds(10);
    /** Below what systems give to outgoing connections, which could otherwise take the hub's port while it is dead. */
    private static final int FIRST_PORT = 20_000;

    private static final int LAST_PORT = 30_000;

    private final Plan plan;
    private final List<String> launcher;
    private final Path directory;
    private final Path data;
    private final Path record;
    private final SplittableRandom chance;
    private final Counts counts;
    private final Ledger ledger;
    private final int port;
    private final URI hub;

    /** A round in a directory of its own. */
    Round(Plan plan, List<String> launcher, Path directory, SplittableRandom chance, Counts counts) throws IOException {
        this.plan = plan;
        this.launcher = launcher;
        this.directory = directory;
        this.data = Files.createDirectories(directory.resolve("data"));
        this.record = directory.resolve("syncs");
        this.chance = chance;
        this.counts = counts;
        this.ledger = new Ledger(plan.mayDrop(), counts);
        this.port = freePort();
        this.hub = URI.create("http://127.0.0.1:" + port + "/events");
    }

    private int freePort() throws IOException {
        while (true) {
            int candidate = chance.nextInt(FIRST_PORT, LAST_PORT);
            try (ServerSocket free = new ServerSocket(candidate, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException taken) {
                // Another one.
            }
        }
    }

    /**
     * Runs it.
     *
     * @throws Violation if the hub has broken its promise
     */
    void run() throws IOException, InterruptedException {
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
                HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(5))
                        .executor(executor)
                        .build()) {
            List<Thread> threads = new ArrayList<>();
            try {
                torture(http, threads);
            } finally {
                for (Thread thread : threads) {
                    thread.interrupt();
                }
                for (Thread thread : threads) {
                    thread.join();
                }
                http.shutdownNow();
            }
        }
        counts.rounds.increment();
    }

    private void torture(HttpClient http, List<Thread> threads) throws IOException, InterruptedException {
        List<Publisher> publishers = new ArrayList<>();
        List<Thread> publishing = new ArrayList<>();
        for (int i = 0; i < PUBLISHERS; i++) {
            Publisher publisher = publisher("publisher-" + i, http);
            publishers.add(publisher);
            publishing.add(Thread.ofVirtual().start(publisher));
        }
        threads.addAll(publishing);
        List<Reader> readers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            Reader reader =
                    reader("reader-" + i, Selection.ALL.get(i % Selection.ALL.size()), chance.nextInt(3) > 0, http);
            readers.add(reader);
            threads.add(reader.start());
        }
        for (int i = 0; i < plan.kills(); i++) {
            live(this::untilSomeMoment);
        }
        live((life, crash) -> {
            life.awaitReady(ledger);
            publishers.forEach(Publisher::stop);
            await(
                    () -> publishing.stream().noneMatch(Thread::isAlive),
                    TO_FINISH,
                    () -> "a publisher has no acknowledgement for " + TO_FINISH.toSeconds() + " s");
            settle(readers, http);
            // While somebody could read them, the hub publishes figures of its own, which wake everybody.
            readers.stream()
                    .filter(reader -> reader.selection().equals(Selection.EVERYTHING))
                    .forEach(Reader::leave);
            return false;
        });
        live((life, crash) -> {
            life.awaitReady(ledger);
            settle(readers.stream().filter(reader -> !reader.hasLeft()).toList(), http);
            judge(readers, http);
            return life.terminate();
        });
    }

    private void judge(List<Reader> readers, HttpClient http) throws IOException, InterruptedException {
        Reader whole = reader("the last reader", Selection.EVERYTHING, true, http);
        PollTransport polls = new PollTransport(http, hub);
        while (polls.poll(whole, 0)) {
            ledger.pause(0);
        }
        for (Reader reader : readers) {
            reader.leave();
            reader.join();
        }
        ledger.pause(0);
        Verdict verdict = new Verdict(ledger, whole);
        verdict.judgeLog();
        readers.forEach(verdict::judge);
    }

    private Publisher publisher(String name, HttpClient http) {
        return new Publisher(name, plan, http, hub, ledger, counts, chance.split());
    }

    private Reader reader(String name, Selection selection, boolean earliest, HttpClient http) {
        return new Reader(name, selection, earliest, ledger, counts, Transport.all(http, hub), chance.split());
    }

    private HubLife start(String policy) throws IOException {
        ledger.beginLife();
        return new HubLife(
                launcher,
                List.of(
                        "--data",
                        data.toString(),
                        "--listen",
                        "127.0.0.1:" + port,
                        "--record-syncs",
                        record.toString(),
                        "--fsync",
                        policy,
                        "--retain-bytes",
                        plan.retainBytes()),
                directory.resolve("hub-" + ledger.life() + ".log"));
    }

    /** What happens while a hub lives. */
    private interface Course {

        /** Whether it has ended in good order; else it is killed now. */
        boolean run(HubLife life, Crash crash) throws IOException, InterruptedException;
    }

    /** A life of the hub to its end, and what the machine does to its directory then. */
    private void live(Course course) throws IOException, InterruptedException {
        String policy = plan.policy(chance);
        Crash crash = new Crash(data, record, chance.split(), counts);
        boolean inOrder;
        try (HubLife life = start(policy)) {
            inOrder = course.run(life, crash);
        }
        if (inOrder) {
            counts.terminations.increment();
        } else {
            counts.kills.increment();
            if (Plan.isLax(policy)) {
                ledger.mayHaveForgotten();
            }
        }
        crash.strike();
    }

    private boolean untilSomeMoment(HubLife life, Crash crash) throws IOException, InterruptedException {
        if (chance.nextInt(6) == 0) {
            ledger.pause(chance.nextInt(600));
            return false;
        }
        life.awaitReady(ledger);
        ledger.pause(chance.nextInt(3) == 0 ? chance.nextInt(200) : chance.nextInt(200, 2_500));
        life.checkAlive();
        if (chance.nextInt(6) == 0) {
            return life.terminate();
        }
        if (chance.nextInt(4) > 0) {
            crash.awaitWrite();
        }
        return false;
    }

    /** All reach the end; then, with nothing else to wake anybody, each reader is woken by each event. */
    private void settle(List<Reader> readers, HttpClient http) throws InterruptedException {
        readers.forEach(Reader::settle);
        await(
                () -> readers.stream().allMatch(Reader::settled),
                TO_FINISH,
                () -> "these cannot connect: "
                        + readers.stream().filter(reader -> !reader.settled()).toList());
        Publisher prober = publisher("prober-" + ledger.life(), http);
        for (int i = 0; i < PROBES; i++) {
            Sent probe = ledger.issue(Sent.ALL_TOPICS, false, i);
            prober.publish(List.of(probe));
            await(
                    () -> readers.stream().allMatch(reader -> reader.newest() == probe.number()),
                    TO_ARRIVE,
                    () -> "%s was published while all was quiet, and %d s later it is not with %s"
                            .formatted(
                                    probe,
                                    TO_ARRIVE.toSeconds(),
                                    readers.stream()
                                            .filter(reader -> reader.newest() != probe.number())
                                            .toList()));
        }
    }

    private void await(BooleanSupplier done, Duration atMost, Supplier<String> otherwise) throws InterruptedException {
        long end = System.nanoTime() + atMost.toNanos();
        while (!done.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new Violation(otherwise.get());
            }
            ledger.pause(2);
        }
    }
}
