package dev.pharos.protocol.events;

import dev.pharos.auth.Access;
import dev.pharos.auth.Caller;
import dev.pharos.log.Event;
import org.jspecify.annotations.Nullable;

/**
 * Whoever publishes, and whether an event of theirs may be.
 *
 * @param rateName what their rate is counted by, or null when it is not
 */
record Publisher(Context context, Caller caller, @Nullable String rateName) {

    /** Refuses an event that this publisher may not publish, or not now. */
    void check(Event event) {
        Access access = context.access();
        if (access.isOpen() && rateName == null && context.attendance() == null) {
            return;
        }
        access.requireUnexpired(caller);
        caller.requirePublish(event.topics());
        Attendance attendance = context.attendance();
        if (attendance != null) {
            attendance.checkNotReserved(event);
        }
        access.caps().publish(rateName);
    }

    /** What a publisher is told of private events where nobody can read them. */
    @Nullable
    String notice(Event event) {
        return event.isPrivate() && context.access().isOpen() ? Publishing.PRIVATE_NOTICE : null;
    }
}
