package dev.pharos.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The directory a log lives in, as far as a log needs one: so that tests can have one that fails.
 *
 * <p>Files and the names of files are durable apart from each other: a file that was written and synced may be without its
 * name after a crash until the directory, too, was {@link #sync synced}. Thread-safe.
 */
interface Disk {

    /** What to call the directory in a message. */
    String describe();

    /** The names of the files, in no order. */
    List<String> list() throws IOException;

    /** Opens a file to read and write; an existing one keeps its content. */
    File create(String name) throws IOException;

    /** Opens an existing file to read. */
    File open(String name) throws IOException;

    /** The content of an existing file that will not change, preferably without reading it. */
    ByteBuffer map(String name) throws IOException;

    /** Gives a file another name in one step, also that of an existing file, which is gone then. */
    void rename(String from, String to) throws IOException;

    /** Removes a file if it exists. Who has it open can go on reading it. */
    void delete(String name) throws IOException;

    /** Whether this is what a write fails with when there is no space. */
    boolean isFull(IOException failure);

    /** Makes the names of the files durable. */
    void sync() throws IOException;

    /** An open file. Reads may run beside each other and beside a write; writes do not. */
    interface File extends Closeable {

        /** Reads up to the buffer's room from an offset; fewer bytes at the end of the file. */
        int read(ByteBuffer into, long offset) throws IOException;

        /** Writes all that the buffer has at an offset, or fails with a part of it written. */
        void write(ByteBuffer from, long offset) throws IOException;

        /** Cuts the file to a length. */
        void truncate(long length) throws IOException;

        /** The length in bytes. */
        long length() throws IOException;

        /** Makes what was written durable; when this has failed, nothing is known of what was written since the last. */
        void sync() throws IOException;
    }
}
