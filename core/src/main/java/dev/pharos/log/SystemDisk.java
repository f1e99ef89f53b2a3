package dev.pharos.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;

/** A directory of the file system. */
final class SystemDisk implements Disk {

    /** The JDK copies what it writes and keeps a buffer for each thread as large as the largest write. */
    private static final int WRITE_BYTES = 256 << 10;

    /** With less space than this, that is thought to be what a write failed for, whatever the system's language. */
    private static final int LITTLE = 64 << 10;

    private final Path directory;

    SystemDisk(Path directory) {
        this.directory = directory;
    }

    @Override
    public String describe() {
        return directory.toString();
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> Objects.toString(file.getFileName())).toList();
        }
    }

    @Override
    public File create(String name) throws IOException {
        return new SystemFile(
                directory.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @Override
    public File open(String name) throws IOException {
        return new SystemFile(directory.resolve(name), StandardOpenOption.READ);
    }

    @Override
    public ByteBuffer map(String name) throws IOException {
        try (FileChannel channel = FileChannel.open(directory.resolve(name), StandardOpenOption.READ)) {
            return channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    @Override
    public boolean isFull(IOException failure) {
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        if (message.contains("no space left") || message.contains("quota exceeded")) {
            return true;
        }
        try {
            return Files.getFileStore(directory).getUsableSpace() < LITTLE;
        } catch (IOException unknown) {
            return false;
        }
    }

    @Override
    public void sync() throws IOException {
        try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
            names.force(true);
        }
    }

    private static final class SystemFile implements File {

        private final Path path;
        private final OpenOption[] options;
        private volatile FileChannel channel;
        private volatile boolean closed;

        SystemFile(Path path, OpenOption... options) throws IOException {
            this.path = path;
            this.options = options;
            this.channel = FileChannel.open(path, options);
        }

        @Override
        public int read(ByteBuffer into, long offset) throws IOException {
            int total = 0;
            while (into.hasRemaining()) {
                int read = readSome(into, offset + total);
                if (read < 0) {
                    break;
                }
                total += read;
            }
            return total;
        }

        private int readSome(ByteBuffer into, long offset) throws IOException {
            while (true) {
                FileChannel used = channel;
                try {
                    return used.read(into, offset);
                } catch (java.nio.channels.ClosedChannelException gone) {
                    // A thread that is interrupted while it reads closes the channel under everybody.
                    boolean interrupted = Thread.interrupted();
                    try {
                        reopen(used, gone);
                    } finally {
                        if (interrupted) {
                            Thread.currentThread().interrupt();
                        }
                    }
                    if (gone instanceof ClosedByInterruptException) {
                        throw gone;
                    }
                }
            }
        }

        @SuppressWarnings("ReferenceEquality") // the very channel that was closed
        private synchronized void reopen(FileChannel broken, IOException cause) throws IOException {
            if (closed) {
                throw cause;
            }
            if (channel == broken) {
                channel = FileChannel.open(path, options);
            }
        }

        @Override
        public void write(ByteBuffer from, long offset) throws IOException {
            long at = offset;
            int end = from.limit();
            try {
                while (from.position() < end) {
                    from.limit(Math.min(end, from.position() + WRITE_BYTES));
                    at += channel.write(from, at);
                }
            } finally {
                from.limit(end);
            }
        }

        @Override
        public void truncate(long length) throws IOException {
            channel.truncate(length);
        }

        @Override
        public long length() throws IOException {
            return channel.size();
        }

        @Override
        public void sync() throws IOException {
            channel.force(false);
        }

        @Override
        public synchronized void close() throws IOException {
            closed = true;
            channel.close();
        }
    }
}
