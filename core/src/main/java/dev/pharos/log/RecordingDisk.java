package dev.pharos.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * A disk that writes down what is done to another one, so that after a crash of the process somebody can tell what the
 * machine could have lost had it crashed, too.
 *
 * <p>A line an operation: before it begins {@code W name offset length}, {@code T name length}, {@code C name},
 * {@code R from to}, {@code D name}; when it has succeeded {@code S name} for the syncing of a file, {@code N} for that
 * of the names. Thread-safe.
 */
final class RecordingDisk implements Disk {

    private final Disk disk;
    private final FileChannel record;

    RecordingDisk(Disk disk, Path record) throws IOException {
        this.disk = disk;
        this.record = FileChannel.open(
                record, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    private void record(String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        synchronized (record) {
            while (bytes.hasRemaining()) {
                record.write(bytes);
            }
        }
    }

    @Override
    public String describe() {
        return disk.describe();
    }

    @Override
    public List<String> list() throws IOException {
        return disk.list();
    }

    @Override
    public File create(String name) throws IOException {
        record("C " + name);
        return new RecordedFile(name, disk.create(name));
    }

    @Override
    public File open(String name) throws IOException {
        return disk.open(name);
    }

    @Override
    public ByteBuffer map(String name) throws IOException {
        return disk.map(name);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        record("R " + from + " " + to);
        disk.rename(from, to);
    }

    @Override
    public void delete(String name) throws IOException {
        record("D " + name);
        disk.delete(name);
    }

    @Override
    public boolean isFull(IOException failure) {
        return disk.isFull(failure);
    }

    @Override
    public void sync() throws IOException {
        disk.sync();
        record("N");
    }

    private final class RecordedFile implements File {

        private final String name;
        private final File file;

        RecordedFile(String name, File file) {
            this.name = name;
            this.file = file;
        }

        @Override
        public int read(ByteBuffer into, long offset) throws IOException {
            return file.read(into, offset);
        }

        @Override
        public void write(ByteBuffer from, long offset) throws IOException {
            record("W " + name + " " + offset + " " + from.remaining());
            file.write(from, offset);
        }

        @Override
        public void truncate(long length) throws IOException {
            record("T " + name + " " + length);
            file.truncate(length);
        }

        @Override
        public long length() throws IOException {
            return file.length();
        }

        @Override
        public void sync() throws IOException {
            file.sync();
            record("S " + name);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
