package dev.pharos.torture;

import java.util.Arrays;
import java.util.List;

/**
 * The judgement over a round: what a reader that came last found in the log, against what was acknowledged and what the
 * other readers saw. Used by one thread, when everything else stands still.
 */
final class Verdict {

    private final Ledger ledger;
    private final List<Sent> events;
    /** Where an event comes in the log, or -1 when it is not there any more. */
    private final int[] rank;
    /** The position of an event is between these two. */
    private final long[] least;

    private final long[] most;

    /** Looks at the log as {@code whole} has read it from the earliest event to the end. */
    Verdict(Ledger ledger, Reader whole) {
        this.ledger = ledger;
        this.events = ledger.events();
        rank = new int[events.size()];
        least = new long[events.size()];
        most = new long[events.size()];
        Arrays.fill(rank, -1);
        Arrays.fill(most, Long.MAX_VALUE);
        for (Sent sent : events) {
            long position = ledger.position(sent.number());
            if (position > 0) {
                least[sent.number()] = position;
                most[sent.number()] = position;
            }
        }
        List<Sent> log = whole.order();
        long before = 0;
        for (int i = 0; i < log.size(); i++) {
            int number = log.get(i).number();
            rank[number] = i;
            least[number] = Math.max(least[number], before + 1);
            before = least[number];
        }
        long behind = Long.MAX_VALUE;
        for (Sent sent : log.reversed()) {
            most[sent.number()] = Math.min(most[sent.number()], behind - 1);
            behind = most[sent.number()];
        }
    }

    /** Every acknowledged event is in the log, unless that may have lost or dropped it. */
    void judgeLog() {
        for (Sent sent : events) {
            int life = ledger.acknowledgedIn(sent.number());
            if (life == 0) {
                throw new Violation(sent + " was never acknowledged");
            }
            if (rank[sent.number()] < 0 && !ledger.mayMiss(life)) {
                throw new Violation("%s, acknowledged at position %d in life %d of the hub, is not in the log"
                        .formatted(sent, ledger.position(sent.number()), life));
            }
        }
    }

    /** A reader has got everything in the order of the log, and what it has not it was told of. */
    void judge(Reader reader) {
        int before = -1;
        for (Sent sent : reader.order()) {
            int at = rank[sent.number()];
            if (at >= 0 && at <= before && !ledger.mayHaveForgotten(1)) {
                throw new Violation("%s got %s out of the order of the log".formatted(reader, sent));
            }
            before = Math.max(before, at);
        }
        for (Sent sent : events) {
            if (reader.lacks(sent) && reader.losses().stream().noneMatch(loss -> covers(loss, sent.number()))) {
                throw new Violation("%s never got %s, which is at position %s and %s; it was told of these losses: %s"
                        .formatted(
                                reader,
                                sent,
                                least[sent.number()] == most[sent.number()]
                                        ? String.valueOf(least[sent.number()])
                                        : least[sent.number()] + " to " + most[sent.number()],
                                rank[sent.number()] < 0 ? "not in the log any more" : "in the log",
                                reader.losses()));
            }
        }
    }

    private boolean covers(Reader.Loss loss, int number) {
        boolean isBehind = most[number] > least(loss.behind());
        boolean isSkipped = least[number] <= most(loss.from());
        boolean isGone = rank[number] < 0 && least[number] <= loss.known();
        return isBehind && (isSkipped || isGone);
    }

    private long least(long place) {
        return place >= 0 ? place : least[(int) (-1 - place)];
    }

    private long most(long place) {
        return place >= 0 ? place : most[(int) (-1 - place)];
    }
}
