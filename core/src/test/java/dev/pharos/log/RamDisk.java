package dev.pharos.log;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/**
 * A disk in memory that knows what has been synced, can fail at any operation, and can crash: then of what was not synced
 * each write survives or not, whole, in part or with wrong bits, in any order. Thread-safe.
 */
final class RamDisk implements Disk {

    /** What happens at an operation that changes something. */
    interface Fault {

        /**
         * Called before each; throws to make it fail.
         *
         * @param what begins with write, truncate, sync, create, rename, delete or names
         */
        void before(String what) throws IOException;
    }

    private final Map<String, Content> names = new HashMap<>();
    private final Map<String, Content> durableNames = new HashMap<>();
    private Fault fault = what -> {};
    private int partOfWrite = -1;
    private boolean crashed;

    @SuppressWarnings("ArrayRecordComponent") // compared with nothing
    private record Change(long offset, byte[] bytes) {}

    private static final class Content {
        private byte[] bytes = new byte[0];
        private byte[] durable = new byte[0];
        private final List<Change> unsynced = new ArrayList<>();

        void write(long offset, byte[] more) {
            bytes = written(bytes, offset, more);
            unsynced.add(new Change(offset, more));
        }

        static byte[] written(byte[] before, long offset, byte[] more) {
            byte[] after = Arrays.copyOf(before, Math.max(before.length, (int) offset + more.length));
            System.arraycopy(more, 0, after, (int) offset, more.length);
            return after;
        }

        void afterCrash(Random chance) {
            byte[] left = durable;
            int kind = chance.nextInt(4);
            for (Change change : unsynced) {
                if (kind == 0 || (kind == 1 && chance.nextBoolean())) {
                    continue;
                }
                byte[] arrived = change.bytes.clone();
                if (change.offset < 0) {
                    left = Arrays.copyOf(left, Math.min(left.length, (int) -change.offset - 1));
                    continue;
                }
                if (kind == 2 && chance.nextInt(3) == 0 && arrived.length > 0) {
                    arrived = Arrays.copyOf(arrived, chance.nextInt(arrived.length));
                }
                if (kind == 3 && chance.nextInt(3) == 0 && arrived.length > 0) {
                    arrived[chance.nextInt(arrived.length)] ^= (byte) (1 << chance.nextInt(8));
                }
                left = written(left, change.offset, arrived);
            }
            bytes = left;
            durable = left;
            unsynced.clear();
        }
    }

    /** Fails operations from now on as it likes. */
    synchronized void fail(Fault value) {
        fault = value;
    }

    /** Before a write fails, it writes this many bytes. */
    synchronized void writeBeforeFailing(int bytes) {
        partOfWrite = bytes;
    }

    /** The machine stops: every operation fails until {@link #restart}. */
    synchronized void crash() {
        crashed = true;
    }

    /** Starts it again with what is left. */
    synchronized void restart(Random chance) {
        crashed = false;
        fault = what -> {};
        Map<String, Content> current = new HashMap<>(names);
        names.clear();
        names.putAll(durableNames);
        if (chance.nextBoolean()) {
            names.clear();
            names.putAll(current);
        }
        durableNames.clear();
        durableNames.putAll(names);
        for (Content content : names.values()) {
            content.afterCrash(chance);
        }
    }

    /** Changes a file behind everybody's back, durably. */
    synchronized void tamper(String name, long offset, byte... with) {
        Content content = Objects.requireNonNull(names.get(name));
        content.bytes = Content.written(content.bytes, offset, with);
        content.durable = content.bytes;
        content.unsynced.clear();
    }

    /** Puts a file there. */
    synchronized void put(String name, byte... content) {
        Content file = new Content();
        file.bytes = content;
        file.durable = content;
        names.put(name, file);
        durableNames.put(name, file);
    }

    synchronized byte[] content(String name) {
        return Objects.requireNonNull(names.get(name)).bytes.clone();
    }

    private void before(String what) throws IOException {
        if (crashed) {
            throw new IOException("the machine is off");
        }
        fault.before(what);
        if (crashed) {
            throw new IOException("the machine is off");
        }
    }

    @Override
    public String describe() {
        return "ram";
    }

    @Override
    public synchronized List<String> list() {
        return List.copyOf(names.keySet());
    }

    @Override
    public synchronized File create(String name) throws IOException {
        if (!names.containsKey(name)) {
            before("create " + name);
        }
        return new RamFile(name, names.computeIfAbsent(name, absent -> new Content()));
    }

    @Override
    public synchronized File open(String name) throws IOException {
        return new RamFile(name, existing(name));
    }

    private Content existing(String name) throws FileNotFoundException {
        Content content = names.get(name);
        if (content == null) {
            throw new FileNotFoundException(name);
        }
        return content;
    }

    @Override
    public synchronized ByteBuffer map(String name) throws IOException {
        return ByteBuffer.wrap(existing(name).bytes.clone());
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        before("rename " + from);
        names.put(to, existing(from));
        names.remove(from);
    }

    @Override
    public synchronized void delete(String name) throws IOException {
        before("delete " + name);
        names.remove(name);
    }

    @Override
    public boolean isFull(IOException failure) {
        return String.valueOf(failure.getMessage()).contains("No space left");
    }

    @Override
    public synchronized void sync() throws IOException {
        before("names");
        durableNames.clear();
        durableNames.putAll(names);
    }

    private final class RamFile implements File {

        private final String name;
        private final Content content;

        RamFile(String name, Content content) {
            this.name = name;
            this.content = content;
        }

        @Override
        public int read(ByteBuffer into, long offset) {
            synchronized (RamDisk.this) {
                int count = (int) Math.max(0, Math.min(into.remaining(), content.bytes.length - offset));
                if (count > 0) {
                    into.put(content.bytes, (int) offset, count);
                }
                return count;
            }
        }

        @Override
        public void write(ByteBuffer from, long offset) throws IOException {
            synchronized (RamDisk.this) {
                byte[] bytes = new byte[from.remaining()];
                from.get(bytes);
                boolean wasOff = crashed;
                try {
                    before("write " + name);
                } catch (IOException | Error failure) {
                    if (partOfWrite > 0 && !wasOff) {
                        content.write(offset, Arrays.copyOf(bytes, Math.min(partOfWrite, bytes.length)));
                    }
                    throw failure;
                }
                content.write(offset, bytes);
            }
        }

        @Override
        public void truncate(long length) throws IOException {
            synchronized (RamDisk.this) {
                before("truncate " + name);
                content.bytes = Arrays.copyOf(content.bytes, (int) Math.min(length, content.bytes.length));
                content.unsynced.add(new Change(-length - 1, new byte[0]));
            }
        }

        @Override
        public long length() {
            synchronized (RamDisk.this) {
                return content.bytes.length;
            }
        }

        @Override
        public void sync() throws IOException {
            synchronized (RamDisk.this) {
                before("sync " + name);
                content.durable = content.bytes.clone();
                content.unsynced.clear();
            }
        }

        @Override
        public void close() {}
    }
}
