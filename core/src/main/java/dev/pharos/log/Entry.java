package dev.pharos.log;

/**
 * An event in its place in a log.
 *
 * @param epoch of the log
 * @param position its place: strictly growing along the log, with holes, never reused
 * @param time when it was appended, in milliseconds since the Unix epoch
 */
public record Entry(String epoch, long position, long time, Event event) {

    /** The id readers know it by: the publisher's, else its cursor. */
    public String id() {
        String given = event.id();
        return given != null ? given : Cursor.format(epoch, position);
    }
}
