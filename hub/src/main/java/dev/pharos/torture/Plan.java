package dev.pharos.torture;

import java.util.List;
import java.util.SplittableRandom;

/**
 * What a round is like.
 *
 * @param policies of syncing; each life of the hub has one of them by chance
 * @param retainBytes how much history the hub keeps
 * @param mayDrop whether that may be less than what is published
 * @param withIds whether some events have ids of their own
 * @param largest how many letters an event may have
 * @param kills how often the hub is ended
 */
record Plan(List<String> policies, String retainBytes, boolean mayDrop, boolean withIds, int largest, int kills) {

    private static final String ALWAYS = "always";
    private static final String MUCH = "4GiB";

    /** Nothing may be lost. */
    static Plan strict(int kills) {
        return new Plan(List.of(ALWAYS), MUCH, false, true, 600, kills);
    }

    /**
     * A crash may lose what is young. Without own ids: one whose event was lost and published again would mean another
     * place than the reader was at.
     */
    static Plan lax(int kills) {
        return new Plan(List.of(ALWAYS, "interval=20ms", "os"), MUCH, false, false, 600, kills);
    }

    /** Retention drops what is old, again and again, in small segments. It keeps more than comes between an attempt and the next, as keys go with their events. */
    static Plan forgetful(int kills) {
        return new Plan(List.of(ALWAYS), "2MiB", true, true, Sent.LARGEST, kills);
    }

    /** The plan of a round, counted from 0: half of them are strict. */
    static Plan ofRound(int round, int kills) {
        return switch (round % 4) {
            case 1 -> lax(kills);
            case 3 -> forgetful(kills);
            default -> strict(kills);
        };
    }

    /** Whether a crash under this policy may lose what was acknowledged. */
    static boolean isLax(String policy) {
        return !policy.equals(ALWAYS);
    }

    String policy(SplittableRandom chance) {
        return policies.get(chance.nextInt(policies.size()));
    }

    @Override
    public String toString() {
        return "%d kills, --fsync %s, --retain-bytes %s".formatted(kills, String.join(" or ", policies), retainBytes);
    }
}
