package dev.pharos.config;

/**
 * Something wrong with the configuration, for people.
 *
 * @param origin where it is
 * @param sentence names file and line or flag, key, value and what is allowed; never a secret
 */
public record Problem(Origin origin, String sentence) {

    private static final int SHOWN = 80;

    /** A problem with the value of {@code key}. */
    static Problem with(String key, Origin origin, String what) {
        return new Problem(origin, origin.subject(key) + what);
    }

    /** How a value is shown in a sentence: in quotes, on one line, not too long. */
    static String shown(String value) {
        String text = value.length() <= SHOWN ? value : value.substring(0, SHOWN) + "…";
        return "'" + text.replaceAll("\\p{Cntrl}", "�") + "'";
    }
}
