package dev.pharos.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Where everything is in the files of a segment log. Numbers are big-endian, checksums CRC-32C (RFC 3720, appendix B.4).
 *
 * <pre>
 * lock                        held, by the operating system, while a process writes
 * head                        two slots at 0 and {@value #HEAD_SLOT}, written in turn; see {@link Head}
 * kept                        what outlasts the segments it came from; see {@link KeptFile}
 * 0000000000000000001.log     a segment: {@value #SEGMENT_HEADER} bytes of header, then batches; named by its first position
 * 0000000000000000001.index   how to find something in a segment that is full; see {@link SealedIndex}
 *
 * segment header              batch header                    record of an event
 *  0 magic, 8                  0 magic, 4                      length of what follows, varint
 *  8 version, 1                4 length of the body, 4         flags, 1
 * 16 first position, 8         8 checksum of all behind it, 4  number of topics, varint; the topics
 * 24 first position of the    12 number of records, 4          id, type, key, idempotency key: those that
 *    segment before, 8        16 first position, 8             the flags tell of
 * 32 end of that one, 8       24 synced, 8                     retry, varint, if the flags tell of it
 * 40 milliseconds since the   32 milliseconds since the        data
 *    Unix epoch, 8               Unix epoch, 8                 where a text is its length in UTF-8 as a
 * 48 epoch, 20, zeros behind  40 body: the records             varint, then its bytes
 * 68 checksum of all before
 * </pre>
 *
 * <p>The records of a batch have consecutive positions. {@code synced} is the offset up to which the file was durable when
 * the batch was written: what does not check before it is damage, behind it the trace of a crash. The magic of a batch
 * is no UTF-8, so that no text of a publisher can look like one.
 */
final class Layout {

    static final int VERSION = 1;

    static final String LOCK = "lock";
    static final String HEAD = "head";
    static final String KEPT = "kept";
    static final String NEW = ".new";
    static final String SEGMENT = ".log";
    static final String INDEX = ".index";

    static final int HEAD_SLOT = 4096;
    static final long HEAD_MAGIC = magic("PharosHd");
    static final long KEPT_MAGIC = magic("PharosKp");
    static final long INDEX_MAGIC = magic("PharosIx");

    static final long SEGMENT_MAGIC = magic("PharosLg");
    static final int SEGMENT_VERSION = 8;
    static final int SEGMENT_FIRST = 16;
    static final int SEGMENT_PREVIOUS = 24;
    static final int SEGMENT_PREVIOUS_END = 32;
    static final int SEGMENT_TIME = 40;
    static final int SEGMENT_EPOCH = 48;
    static final int EPOCH_BYTES = 20;
    static final int SEGMENT_CHECKSUM = 68;
    static final int SEGMENT_HEADER = 72;

    static final int BATCH_MAGIC = 0xF9_B4_C8_F5;
    static final int BATCH_LENGTH = 4;
    static final int BATCH_CHECKSUM = 8;
    static final int BATCH_COUNT = 12;
    static final int BATCH_FIRST = 16;
    static final int BATCH_SYNCED = 24;
    static final int BATCH_TIME = 32;
    static final int BATCH_HEADER = 40;
    /** A batch ends when its body has this many bytes. */
    static final int BATCH_BODY = 64 << 10;
    /** No body has more; there is one event in it then. */
    static final int BATCH_BODY_MOST = 256 << 20;

    static final int HAS_ID = 1;
    static final int HAS_TYPE = 2;
    static final int HAS_KEY = 4;
    static final int HAS_IDEMPOTENCY_KEY = 8;
    static final int HAS_RETRY = 16;
    static final int IS_PRIVATE = 32;

    private Layout() {}

    /** The name of the segment that begins at a position, without its ending. */
    static String name(long first) {
        return "%019d".formatted(first);
    }

    /** The first position in a name, or -1 when it is the name of no such file. */
    static long first(String name, String ending) {
        return name.length() == 19 + ending.length() && name.endsWith(ending) && name.matches("[0-9]{19}.*")
                ? Long.parseLong(name, 0, 19, 10)
                : -1;
    }

    /** The checksum of the bytes from one index of a buffer to another. */
    static int checksum(ByteBuffer bytes, int from, int to) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().limit(to).position(from));
        return (int) crc.getValue();
    }

    private static long magic(String name) {
        long magic = 0;
        for (int i = 0; i < name.length(); i++) {
            magic = magic << 8 | name.charAt(i);
        }
        return magic;
    }
}
