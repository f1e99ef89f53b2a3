package dev.pharos.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The file with the {@link Head}: two slots that are written in turn, so that a crash while one is written leaves the
 * other. It never grows, and so can be written on a full disk. Not thread-safe.
 *
 * <p>A slot: magic (8), version (8), turn (8), length of the rest without the checksum (4), the rest, checksum (4).
 */
final class HeadFile implements AutoCloseable {

    private static final int FIXED = 28;

    private final Disk.File file;
    private long turn;
    private Head head;
    private int unreadable = -1;

    private HeadFile(Disk.File file, long turn, Head head) {
        this.file = file;
        this.turn = turn;
        this.head = head;
    }

    static HeadFile create(Disk disk, Head head) throws IOException {
        // Complete under another name first: a log without a head would be nobody's.
        Disk.File file = disk.create(Layout.HEAD + Layout.NEW);
        file.truncate(0);
        HeadFile created = new HeadFile(file, 0, head);
        created.write(head);
        created.write(head);
        disk.rename(Layout.HEAD + Layout.NEW, Layout.HEAD);
        disk.sync();
        return created;
    }

    /**
     * Opens an existing file.
     *
     * @throws LogException when it is of a newer version
     */
    static HeadFile open(Disk disk, boolean toWrite) throws IOException, Damage {
        Disk.File file = toWrite ? disk.create(Layout.HEAD) : disk.open(Layout.HEAD);
        ByteBuffer bytes = ByteBuffer.allocate(2 * Layout.HEAD_SLOT);
        file.read(bytes, 0);
        HeadFile newest = null;
        int unreadable = -1;
        for (int slot = 0; slot < 2; slot++) {
            HeadFile found = read(file, bytes, slot * Layout.HEAD_SLOT, disk);
            if (found == null) {
                unreadable = slot * Layout.HEAD_SLOT;
            } else if (newest == null || found.turn > newest.turn) {
                newest = found;
            }
        }
        if (newest == null) {
            file.close();
            throw new Damage(Layout.HEAD, 0, "neither slot of the head can be read");
        }
        newest.unreadable = unreadable;
        return newest;
    }

    private static @Nullable HeadFile read(Disk.File file, ByteBuffer bytes, int at, Disk disk) {
        if (at + FIXED > bytes.position() || bytes.getLong(at) != Layout.HEAD_MAGIC) {
            return null;
        }
        long version = bytes.getLong(at + 8);
        int length = bytes.getInt(at + 24);
        if (length < 0 || length > Layout.HEAD_SLOT - FIXED - 4) {
            return null;
        }
        int end = at + FIXED + length;
        if (end + 4 > bytes.position() || bytes.getInt(end) != Layout.checksum(bytes, at, end)) {
            return null;
        }
        if (version > Layout.VERSION) {
            throw new LogException(
                    "the log in %s has format %d and this Pharos knows formats up to %d: use a newer Pharos"
                            .formatted(disk.describe(), version, Layout.VERSION));
        }
        ByteBuffer from = bytes.duplicate().limit(end).position(at + FIXED);
        byte[] epoch = new byte[from.get()];
        from.get(epoch);
        long seed = from.getLong();
        long reserved = from.getLong();
        long logEnd = from.getLong();
        boolean lax = from.get() != 0;
        long lostTo = from.getLong();
        List<Head.Hole> holes = new ArrayList<>();
        for (int i = from.getInt(); i > 0; i--) {
            holes.add(new Head.Hole(from.getLong(), from.getLong()));
        }
        Head head = new Head(new String(epoch, StandardCharsets.US_ASCII), seed, reserved, logEnd, lax, lostTo, holes);
        return new HeadFile(file, bytes.getLong(at + 16), head);
    }

    Head head() {
        return head;
    }

    /** The offset of the slot that could not be read when this was opened, or -1 when both could. */
    int unreadable() {
        return unreadable;
    }

    /** Replaces the head; it is durable when this returns, and the old one is still there when this fails. */
    void write(Head next) throws IOException {
        Output out = new Output();
        out.putLong(Layout.HEAD_MAGIC);
        out.putLong(Layout.VERSION);
        out.putLong(turn + 1);
        int lengthAt = out.skip(4);
        out.putByte(next.epoch().length());
        for (byte letter : next.epoch().getBytes(StandardCharsets.US_ASCII)) {
            out.putByte(letter);
        }
        out.putLong(next.seed());
        out.putLong(next.reserved());
        out.putLong(next.end());
        out.putByte(next.lax() ? 1 : 0);
        out.putLong(next.lostTo());
        out.putInt(next.holes().size());
        for (Head.Hole hole : next.holes()) {
            out.putLong(hole.first());
            out.putLong(hole.last());
        }
        out.setInt(lengthAt, out.size() - FIXED);
        out.putInt(Layout.checksum(out.buffer(), 0, out.size()));
        out.skip(Layout.HEAD_SLOT - out.size());
        file.write(out.buffer(), ((turn + 1) & 1) * Layout.HEAD_SLOT);
        file.sync();
        turn++;
        head = next;
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
