package dev.pharos.bench;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishes over one kept connection: each message one request, at a pace or with a window of requests under way.
 */
final class Publisher implements AutoCloseable {

    private static final int WINDOW = 64;
    private static final byte[] STATUS = "HTTP/1.1 ".getBytes(StandardCharsets.US_ASCII);

    private final Plan plan;
    private final SocketChannel channel;
    private final Semaphore window = new Semaphore(WINDOW);
    private final AtomicLong refused = new AtomicLong();
    private final Thread answers;
    private final byte[][] heads;
    private final byte[] stamp = new byte[Stamp.LENGTH];
    private final byte[] padding;
    private int matched;

    Publisher(Plan plan) throws IOException {
        this.plan = plan;
        channel = SocketChannel.open(plan.hub());
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        heads = new byte[plan.topics()][];
        padding = new byte[plan.size() - Stamp.LENGTH];
        Arrays.fill(padding, (byte) 'x');
        answers = new Thread(this::readAnswers, "bench-answers");
        answers.start();
    }

    /**
     * Publishes.
     *
     * @param count at most so many messages
     * @param perSecond the pace, or 0 for as fast as the hub answers
     * @param seconds for at most so long
     * @param counted whether readers shall count them
     * @return how many were published
     */
    long publish(long count, double perSecond, double seconds, boolean counted)
            throws IOException, InterruptedException {
        ByteBuffer out = ByteBuffer.allocate((heads(0).length + plan.size() + 64) * WINDOW);
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        long sent = 0;
        while (sent < count) {
            long nanos = System.nanoTime();
            if (perSecond > 0) {
                long due = start + (long) (sent * 1e9 / perSecond);
                while (System.nanoTime() < due) {
                    LockSupport.parkNanos(due - System.nanoTime());
                }
                nanos = due;
            }
            if (nanos > end) {
                break;
            }
            acquire(1);
            int more = perSecond > 0 ? 0 : Math.min(window.drainPermits(), (int) Math.min(WINDOW, count - sent - 1));
            out.clear();
            for (int i = 0; i <= more; i++) {
                put(out, (int) (sent % plan.topics()), nanos, counted ? (int) sent : Stamp.UNCOUNTED);
                sent++;
            }
            out.flip();
            while (out.hasRemaining()) {
                channel.write(out);
            }
        }
        acquire(WINDOW);
        window.release(WINDOW);
        if (refused.get() > 0) {
            throw new IOException("the hub refused " + refused.get() + " of the messages");
        }
        return sent;
    }

    private void acquire(int permits) throws IOException, InterruptedException {
        if (!window.tryAcquire(permits, 30, TimeUnit.SECONDS)) {
            throw new IOException("the hub did not answer a publisher within 30 s");
        }
    }

    private byte[] heads(int topic) {
        byte[] head = heads[topic];
        if (head == null) {
            String form = "topic=" + URLEncoder.encode(plan.topic(topic), StandardCharsets.UTF_8) + "&data=";
            head = ("POST " + plan.path() + " HTTP/1.1\r\nHost: " + plan.host()
                            + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
                            + (form.length() + plan.size()) + "\r\n\r\n" + form)
                    .getBytes(StandardCharsets.US_ASCII);
            heads[topic] = head;
        }
        return head;
    }

    private void put(ByteBuffer out, int topic, long nanos, int sequence) {
        out.put(heads(topic));
        Stamp.write(stamp, 0, nanos, sequence);
        out.put(stamp).put(padding);
    }

    private void readAnswers() {
        ByteBuffer in = ByteBuffer.allocate(64 * 1024);
        try {
            while (channel.read(in) >= 0) {
                in.flip();
                while (in.hasRemaining()) {
                    answerByte(in.get());
                }
                in.clear();
            }
        } catch (IOException e) {
            // closed by us, or publish() will miss the answers
        }
    }

    /** Looks for status lines: {@code HTTP/1.1 } and a digit, which is 2 if all is well. */
    private void answerByte(byte b) {
        if (matched == STATUS.length) {
            if (b != '2') {
                refused.incrementAndGet();
            }
            matched = 0;
            window.release();
        } else {
            matched = b == STATUS[matched] ? matched + 1 : b == STATUS[0] ? 1 : 0;
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        try {
            answers.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
