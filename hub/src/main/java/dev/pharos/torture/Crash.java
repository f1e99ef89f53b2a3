package dev.pharos.torture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What a crash of the machine does to a directory beyond a crash of the process: anything that was written and not synced
 * may be missing, in part or whole, or wrong.
 *
 * <p>One for each life of the hub, made before it starts: what is there then counts as durable. The hub writes down what
 * it does to its disk, as {@code dev.pharos.log.RecordingDisk} tells.
 */
final class Crash {

    private static final int SECTOR = 512;
    private static final int LONGEST_LINE = 128;
    private static final long AIM_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Path directory;
    private final Path record;
    private final SplittableRandom chance;
    private final Counts counts;

    private final Map<String, Written> files = new HashMap<>();
    /** Files without a durable name. */
    private final Set<String> nameless = new HashSet<>();

    private record Range(long from, long to) {}

    /** What is known of a file. */
    private static final class Written {
        /** Of the file, what is before this is durable but for what was written over it. */
        private long durable;

        private List<Range> unsynced = new ArrayList<>();

        Written(long durable) {
            this.durable = durable;
        }

        void truncate(long length) {
            durable = Math.min(durable, length);
            unsynced = new ArrayList<>(unsynced.stream()
                    .filter(range -> range.from < length)
                    .map(range -> new Range(range.from, Math.min(range.to, length)))
                    .toList());
        }

        void synced() {
            for (Range range : unsynced) {
                durable = Math.max(durable, range.to);
            }
            unsynced.clear();
        }
    }

    /** Looks at a directory before a hub starts on it, which will write down in {@code record} what it does. */
    Crash(Path directory, Path record, SplittableRandom chance, Counts counts) throws IOException {
        this.directory = directory;
        this.record = record;
        this.chance = chance;
        this.counts = counts;
        Files.deleteIfExists(record);
        try (Stream<Path> there = Files.list(directory)) {
            for (Path file : there.toList()) {
                files.put(Objects.toString(file.getFileName()), new Written(Files.size(file)));
            }
        }
    }

    /** Waits, but not long, until the hub is writing something that it has not synced. */
    void awaitWrite() throws IOException {
        try (FileChannel operations = FileChannel.open(record, StandardOpenOption.READ)) {
            ByteBuffer end = ByteBuffer.allocate(LONGEST_LINE);
            for (long until = System.nanoTime() + AIM_NANOS; System.nanoTime() < until; ) {
                int length = operations.read(end.clear(), Math.max(0, operations.size() - LONGEST_LINE));
                String lines = new String(end.array(), 0, length, StandardCharsets.UTF_8);
                if (lines.startsWith("W ", lines.lastIndexOf('\n', lines.length() - 2) + 1)) {
                    return;
                }
            }
        }
    }

    /** The machine has crashed with the hub. */
    void strike() throws IOException {
        if (Files.exists(record)) {
            String all = Files.readString(record);
            all.substring(0, all.lastIndexOf('\n') + 1).lines().forEach(this::follow);
        }
        for (String name : nameless) {
            if (chance.nextBoolean() && Files.deleteIfExists(directory.resolve(name))) {
                counts.namesLost.increment();
            }
        }
        if (files.values().stream().anyMatch(file -> !file.unsynced.isEmpty())) {
            counts.untimely.increment();
        }
        for (Map.Entry<String, Written> file : files.entrySet()) {
            Path path = directory.resolve(file.getKey());
            if (!file.getValue().unsynced.isEmpty() && Files.exists(path)) {
                try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                    spoil(channel, file.getValue());
                }
            }
        }
    }

    private void follow(String line) {
        String[] words = line.split(" ", -1);
        String name = words.length > 1 ? words[1] : "";
        switch (words[0]) {
            case "C" -> {
                if (files.putIfAbsent(name, new Written(0)) == null) {
                    nameless.add(name);
                }
            }
            case "W" -> {
                long from = Long.parseLong(words[2]);
                file(name).unsynced.add(new Range(from, from + Long.parseLong(words[3])));
            }
            case "T" -> file(name).truncate(Long.parseLong(words[2]));
            case "S" -> file(name).synced();
            case "R" -> {
                files.put(words[2], file(name));
                files.remove(name);
                nameless.remove(name);
                nameless.remove(words[2]);
            }
            case "D" -> {
                files.remove(name);
                nameless.remove(name);
            }
            case "N" -> nameless.clear();
            default -> throw new UncheckedIOException(new IOException(record + " has the line " + line));
        }
    }

    private Written file(String name) {
        return files.computeIfAbsent(name, none -> new Written(0));
    }

    private void spoil(FileChannel file, Written written) throws IOException {
        for (Range range : written.unsynced) {
            long to = Math.min(range.to, written.durable);
            if (range.from < to && chance.nextBoolean()) {
                byte[] garbage = new byte[(int) (to - range.from)];
                chance.nextBytes(garbage);
                file.write(ByteBuffer.wrap(garbage), range.from);
                counts.slotsSpoilt.increment();
            }
        }
        long size = file.size();
        if (size <= written.durable) {
            return;
        }
        long unsynced = size - written.durable;
        switch (chance.nextInt(5)) {
            case 0 -> {
                file.truncate(written.durable);
                counts.bytesThrownAway.add(unsynced);
            }
            case 1 -> {
                long left = chance.nextLong(unsynced);
                file.truncate(written.durable + left);
                counts.bytesTorn.add(unsynced - left);
            }
            case 2 -> flip(file, written.durable, unsynced);
            case 3 -> {
                long from = written.durable + chance.nextLong(unsynced);
                int length = (int) Math.min(size - from, SECTOR * chance.nextLong(1, 9));
                file.write(ByteBuffer.allocate(length), from);
                counts.bytesThrownAway.add(length);
            }
            default -> {
                // All of it has reached the disk.
            }
        }
    }

    private void flip(FileChannel file, long from, long length) throws IOException {
        for (int i = chance.nextInt(1, 9); i > 0; i--) {
            long at = from + chance.nextLong(length);
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, at);
            one.put(0, (byte) (one.get(0) ^ 1 << chance.nextInt(8)));
            file.write(one.rewind(), at);
            counts.bitsFlipped.increment();
        }
    }
}
