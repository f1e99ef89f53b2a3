package dev.pharos.conformance;

/**
 * One requirement of the protocol.
 *
 * @param id its name
 * @param level how much the protocol insists on it
 * @param draft 7 or 8 if it is that draft's alone, else 0
 * @param title what it asks for, in a few words
 */
public record Check(String id, Level level, int draft, String title, Body body) {

    /** How much the protocol insists. */
    public enum Level {
        /** It must be so. */
        MUST,
        /** It should be so. */
        SHOULD,
        /** It may be so. */
        MAY
    }

    /** Finds out; an {@link AssertionError} says what is wrong. */
    @FunctionalInterface
    public interface Body {

        /** Runs. */
        void run(Client hub) throws Exception;
    }

    /** A check cannot be made here. */
    static final class SkippedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        SkippedException(String why) {
            super(why, null, false, false);
        }
    }

    /** The hub refuses what a check is made of. */
    static final class RefusedException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        RefusedException(String why) {
            super(why, null, false, false);
        }
    }

    static Check must(String id, String title, Body body) {
        return new Check(id, Level.MUST, 0, title, body);
    }

    static Check should(String id, String title, Body body) {
        return new Check(id, Level.SHOULD, 0, title, body);
    }

    static Check may(String id, String title, Body body) {
        return new Check(id, Level.MAY, 0, title, body);
    }

    /** The same for one draft alone. */
    Check only(int which) {
        return new Check(id, level, which, title, body);
    }

    /** A check that takes more than requests from outside: a hub that is set up for it. */
    static Check outOfReach(String id, String title, String need) {
        return should(id, title, hub -> {
            throw new SkippedException("needs " + need);
        });
    }
}
