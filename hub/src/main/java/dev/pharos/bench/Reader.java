package dev.pharos.bench;

import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.HdrHistogram.Histogram;

/** One connection that reads a topic: finds stamps in whatever arrives, and keeps count. Used by its thread only. */
final class Reader {

    private static final byte[] OK = "HTTP/1.1 200".getBytes(StandardCharsets.US_ASCII);

    final SocketChannel channel;
    final int topic;
    final byte[] request;
    boolean open;
    private final int topics;
    private final byte[] carry = new byte[Stamp.LENGTH];
    private int carried;
    private int last;
    private long delivered;
    private long repeated;

    Reader(SocketChannel channel, int topic, int topics, byte[] request) {
        this.channel = channel;
        this.topic = topic;
        this.topics = topics;
        this.request = request;
        reset();
    }

    void reset() {
        last = topic - topics;
        delivered = 0;
        repeated = 0;
    }

    /** Events counted since the last reset, without repeated ones. */
    long delivered() {
        return delivered;
    }

    /** Events that came again or out of order. */
    long repeated() {
        return repeated;
    }

    /** Puts what the last read left over at the beginning of {@code bytes}; returns its length. */
    int restore(byte[] bytes) {
        int length = carried;
        System.arraycopy(carry, 0, bytes, 0, length);
        carried = 0;
        return length;
    }

    /** Whether the bytes begin a successful answer. */
    static boolean isOk(byte[] bytes, int length) {
        if (length < OK.length) {
            return false;
        }
        for (int i = 0; i < OK.length; i++) {
            if (bytes[i] != OK[i]) {
                return false;
            }
        }
        return true;
    }

    /** Takes the stamps out of {@code bytes}; returns how many counted. */
    int scan(byte[] bytes, int length, long now, int skip, Histogram micros) {
        int found = 0;
        int at = 0;
        while (at < length) {
            if (bytes[at] != '@') {
                at++;
                continue;
            }
            if (length - at < Stamp.LENGTH) {
                carried = length - at;
                System.arraycopy(bytes, at, carry, 0, carried);
                break;
            }
            long sent = Stamp.nanos(bytes, at);
            if (sent < 0) {
                at++;
                continue;
            }
            int sequence = Stamp.sequence(bytes, at);
            at += skip;
            if (sequence == Stamp.UNCOUNTED) {
                continue;
            }
            if (sequence <= last) {
                repeated++;
            } else {
                last = sequence;
                delivered++;
                found++;
                micros.recordValue(Math.min(Math.max(0, (now - sent) / 1000), Readers.LONGEST_MICROS));
            }
        }
        return found;
    }
}
