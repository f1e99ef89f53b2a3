package dev.pharos.client;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Encoded events between one that reads them and one that sends them: first in, first out, bounded in bytes.
 *
 * <p>Thread-safe, for one producer and one consumer. What a batch holds stays here until it is {@link #remove removed},
 * so it counts against the bound while it is on its way.
 */
final class Backlog {

    private static final int PER_EVENT = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition news = lock.newCondition();
    private final ArrayDeque<Item> items = new ArrayDeque<>();
    private final long capacity;
    private long held;
    private boolean ended;

    /** An event on its way. */
    static final class Item {
        private final long line;
        private final byte[] json;

        /**
         * @param line its number in the input, from 1
         * @param json its JSON shape with a line end; not copied
         */
        Item(long line, byte[] json) {
            this.line = line;
            this.json = json;
        }

        long line() {
            return line;
        }

        byte[] json() {
            return json;
        }

        private int cost() {
            return json.length + PER_EVENT;
        }
    }

    Backlog(long capacityInBytes) {
        this.capacity = capacityInBytes;
    }

    /** Adds an event; waits while the backlog is full. An event above the capacity is taken when it is alone. */
    void put(Item item) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (held > 0 && held + item.cost() > capacity) {
                room.await();
            }
            items.add(item);
            held += item.cost();
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Says that nothing will be added any more. */
    void end() {
        lock.lock();
        try {
            ended = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean ended() {
        lock.lock();
        try {
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /**
     * What is there now, within the bounds but at least one event; waits for the first one. Empty only at the end.
     */
    List<Item> batch(int maxEvents, int maxBytes) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (items.isEmpty() && !ended) {
                news.await();
            }
            List<Item> batch = new ArrayList<>();
            int bytes = 0;
            for (Iterator<Item> i = items.iterator(); i.hasNext() && batch.size() < maxEvents; ) {
                Item item = i.next();
                if (!batch.isEmpty() && bytes + item.json().length > maxBytes) {
                    break;
                }
                batch.add(item);
                bytes += item.json().length;
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets the {@code count} oldest. */
    void remove(int count) {
        lock.lock();
        try {
            for (int i = 0; i < count; i++) {
                held -= items.remove().cost();
            }
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return items.size();
        } finally {
            lock.unlock();
        }
    }
}
