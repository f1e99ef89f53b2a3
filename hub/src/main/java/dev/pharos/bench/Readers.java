package dev.pharos.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** One thread with many readers on a selector. */
final class Readers implements AutoCloseable {

    static final long LONGEST_MICROS = 60_000_000;

    private static final int PER_SOURCE_ADDRESS = 20_000;
    private static final int CONNECTING_AT_ONCE = 128;
    private static final int BUFFER = 256 * 1024;

    private final Plan plan;
    private final List<Integer> numbers;
    private final Selector selector;
    private final List<Reader> readers = new ArrayList<>();
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final CountDownLatch allOpen = new CountDownLatch(1);
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
    private final AtomicInteger dropped = new AtomicInteger();
    private final AtomicLong delivered = new AtomicLong();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final byte[] bytes = new byte[BUFFER + Stamp.LENGTH];
    private final Thread thread;
    private Histogram micros = new Histogram(LONGEST_MICROS, 3);
    private int next;
    private int open;
    private volatile boolean closed;

    /** Will connect the readers with these numbers. */
    Readers(Plan plan, List<Integer> numbers, String name) throws IOException {
        this.plan = plan;
        this.numbers = numbers;
        this.selector = Selector.open();
        this.thread = new Thread(this::run, name);
    }

    void start() {
        thread.start();
    }

    /** Waits until every reader's stream has begun. */
    void awaitOpen(long seconds) throws IOException, InterruptedException {
        boolean done = allOpen.await(seconds, TimeUnit.SECONDS);
        String why = failure.get();
        if (why != null) {
            throw new IOException(why);
        } else if (!done) {
            throw new IOException("not all connections were open after " + seconds + " s");
        }
    }

    /** Events delivered since the last reset, so far. */
    long delivered() {
        return delivered.get();
    }

    /** Connections that ended before they should. */
    int dropped() {
        return dropped.get();
    }

    /** Sets all counts to nothing. */
    void reset() throws InterruptedException {
        ask(() -> {
            readers.forEach(Reader::reset);
            micros = new Histogram(LONGEST_MICROS, 3);
            delivered.set(0);
        });
    }

    /** Adds what was counted to a result. */
    void addTo(Tally tally) throws InterruptedException {
        ask(() -> {
            tally.micros().add(micros);
            for (Reader reader : readers) {
                tally.add(reader.topic, reader.delivered(), reader.repeated());
            }
        });
    }

    private void ask(Runnable question) throws InterruptedException {
        CountDownLatch answered = new CountDownLatch(1);
        tasks.add(() -> {
            question.run();
            answered.countDown();
        });
        selector.wakeup();
        answered.await();
    }

    private void run() {
        try {
            connectMore();
            while (!closed) {
                selector.select(this::handle);
                for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                    task.run();
                }
            }
        } catch (IOException e) {
            fail("cannot connect: " + e.getMessage());
        } finally {
            for (Reader reader : readers) {
                close(reader.channel);
            }
            close(selector);
        }
    }

    private void connectMore() throws IOException {
        while (next < numbers.size() && next - open < CONNECTING_AT_ONCE) {
            int number = numbers.get(next++);
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            bind(channel, number);
            int topic = number % plan.topics();
            Reader reader = new Reader(channel, topic, plan.topics(), request(topic));
            readers.add(reader);
            channel.register(selector, SelectionKey.OP_CONNECT, reader);
            channel.connect(plan.hub());
        }
    }

    /** One source address has too few ports for more; loopback has many addresses. */
    private void bind(SocketChannel channel, int number) throws IOException {
        int source = number / PER_SOURCE_ADDRESS;
        if (source > 0 && plan.hub().getAddress().isLoopbackAddress()) {
            channel.bind(new InetSocketAddress(
                    InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) (1 + source)}), 0));
        }
    }

    private byte[] request(int topic) {
        return ("GET " + plan.path() + "?topic=" + URLEncoder.encode(plan.topic(topic), StandardCharsets.UTF_8)
                        + " HTTP/1.1\r\nHost: " + plan.host() + "\r\nAccept: text/event-stream\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private void handle(SelectionKey key) {
        Reader reader = (Reader) key.attachment();
        try {
            if (key.isConnectable()) {
                reader.channel.finishConnect();
                reader.channel.write(ByteBuffer.wrap(reader.request));
                key.interestOps(SelectionKey.OP_READ);
            } else {
                read(reader);
            }
        } catch (IOException e) {
            key.cancel();
            close(reader.channel);
            if (reader.open) {
                dropped.incrementAndGet();
            } else {
                fail("cannot connect to " + plan.host() + ": " + e.getMessage());
            }
        }
    }

    private void read(Reader reader) throws IOException {
        buffer.clear();
        int count = reader.channel.read(buffer);
        if (count < 0) {
            throw new IOException("the hub ended the stream");
        }
        long now = System.nanoTime();
        int kept = reader.restore(bytes);
        buffer.flip().get(bytes, kept, count);
        if (!reader.open) {
            opened(reader, kept + count);
        }
        int found = reader.scan(bytes, kept + count, now, plan.size(), micros);
        if (found > 0) {
            delivered.setRelease(delivered.getPlain() + found);
        }
    }

    private void opened(Reader reader, int length) throws IOException {
        if (!Reader.isOk(bytes, length)) {
            fail("the hub answers a reader with: "
                    + new String(bytes, 0, Math.min(length, 200), StandardCharsets.ISO_8859_1)
                            .lines()
                            .findFirst()
                            .orElse(""));
            return;
        }
        reader.open = true;
        open++;
        connectMore();
        if (open == numbers.size()) {
            allOpen.countDown();
        }
    }

    private void fail(String why) {
        failure.compareAndSet(null, why);
        allOpen.countDown();
    }

    private static void close(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            // it is of no use any more
        }
    }

    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
