package dev.pharos.protocol.events;

import dev.pharos.auth.Access;
import dev.pharos.hub.Hub;
import org.jspecify.annotations.Nullable;

/**
 * What every exchange of one mounted protocol shares.
 *
 * @param attendance who is there, or null when that is nobody's business
 */
record Context(
        Hub hub,
        EventsOptions options,
        Access access,
        Origins origins,
        TransportCounts counts,
        Renewals renewals,
        @Nullable Attendance attendance) {}
