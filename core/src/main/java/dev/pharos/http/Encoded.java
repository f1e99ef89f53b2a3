package dev.pharos.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * A run of event bytes, immutable and shared by all connections of an audience.
 *
 * <p>It consists of parts, one an event, message or block. A byte stream may send the run as a whole; a message
 * transport sends each part as a message of its own. A host may frame the run once and use the frame for every
 * connection that is given the same object.
 *
 * <p>The parts may be in a {@link #form} that is nearer to the wire than the messages themselves. Only a transport that knows
 * the form can be given them.
 */
public final class Encoded {

    private final byte[] bytes;
    /** Where each part ends. */
    private final int[] ends;

    private final @Nullable Object form;

    private Encoded(byte[] bytes, int[] ends, @Nullable Object form) {
        this.bytes = bytes;
        this.ends = ends;
        this.form = form;
    }

    /** One part; the array belongs to the result from here on. */
    public static Encoded of(byte[] bytes) {
        return new Encoded(bytes, new int[] {bytes.length}, null);
    }

    /** One part: the text in UTF-8. */
    public static Encoded of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Several parts; the arrays belong to the result from here on.
     *
     * @param ends where each part ends in {@code bytes}, at least one, growing, the last at the end of the bytes
     */
    public static Encoded of(byte[] bytes, int[] ends) {
        int before = 0;
        for (int end : ends) {
            if (end < before) {
                throw new IllegalArgumentException("a part ends at " + end + ", before its beginning at " + before);
            }
            before = end;
        }
        if (ends.length == 0 || before != bytes.length) {
            throw new IllegalArgumentException(
                    "%d parts of %d bytes end at %d".formatted(ends.length, bytes.length, before));
        }
        return new Encoded(bytes, ends, null);
    }

    /** The parts of all runs, in order, in one run. All have the same form. */
    @SuppressWarnings("ReferenceEquality") // forms are known by identity
    public static Encoded join(Collection<Encoded> runs) {
        if (runs.size() == 1) {
            return runs.iterator().next();
        }
        Object form = runs.isEmpty() ? null : runs.iterator().next().form;
        int length = 0;
        int parts = 0;
        for (Encoded run : runs) {
            if (run.form != form) {
                throw new IllegalArgumentException("a run of form " + run.form + " among runs of form " + form);
            }
            length = Math.addExact(length, run.length());
            parts += run.parts();
        }
        byte[] bytes = new byte[length];
        int[] ends = new int[parts];
        int at = 0;
        int part = 0;
        for (Encoded run : runs) {
            System.arraycopy(run.bytes, 0, bytes, at, run.length());
            for (int end : run.ends) {
                ends[part++] = at + end;
            }
            at += run.length();
        }
        return new Encoded(bytes, ends, form);
    }

    /** The same bytes and parts, said to be of a form; known by identity, a constant of the protocol it is for. */
    public Encoded in(Object given) {
        return new Encoded(bytes, ends, given);
    }

    /** The parts from {@code from} on up to but not including {@code to}, at least one, as a run of their own. */
    public Encoded slice(int from, int to) {
        if (from == 0 && to == parts()) {
            return this;
        }
        int begin = start(from);
        int[] moved = Arrays.copyOfRange(ends, from, to);
        for (int i = 0; i < moved.length; i++) {
            moved[i] -= begin;
        }
        return new Encoded(Arrays.copyOfRange(bytes, begin, end(to - 1)), moved, form);
    }

    /** What the parts are written in, or null when they are the messages themselves. */
    public @Nullable Object form() {
        return form;
    }

    /** The number of bytes. */
    public int length() {
        return bytes.length;
    }

    /** The number of parts. */
    public int parts() {
        return ends.length;
    }

    /** The offset in {@link #bytes()} at which a part begins. */
    public int start(int part) {
        return part == 0 ? 0 : ends[part - 1];
    }

    /** The offset in {@link #bytes()} behind a part. */
    public int end(int part) {
        return ends[part];
    }

    /** The bytes themselves, not a copy: they must not be changed. */
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
