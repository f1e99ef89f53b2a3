package dev.pharos.host.netty;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The heads that requests on one loop had last: whoever publishes event after event sends the same bytes again and again,
 * and what is known needs no parsing.
 *
 * <p>Only well-formed heads that are not refused get in, of at most {@value #MOST} bytes.
 */
final class KnownHeads {

    private static final int KEPT = 4;
    private static final int MOST = 1024;

    private final @Nullable RequestHead[] heads = new @Nullable RequestHead[KEPT];

    /** The head that these bytes begin with, if it is known. */
    @Nullable
    RequestHead find(byte[] bytes, int from, int to) {
        for (int i = 0; i < KEPT; i++) {
            RequestHead known = heads[i];
            if (known == null) {
                return null;
            }
            byte[] head = known.bytes();
            if (to - from >= head.length && Arrays.equals(bytes, from, from + head.length, head, 0, head.length)) {
                if (i > 0) {
                    System.arraycopy(heads, 0, heads, 1, i);
                    heads[0] = known;
                }
                return known;
            }
        }
        return null;
    }

    void add(RequestHead head) {
        if (head.refusal() == null && head.bytes().length <= MOST) {
            System.arraycopy(heads, 0, heads, 1, KEPT - 1);
            heads[0] = head;
        }
    }
}
