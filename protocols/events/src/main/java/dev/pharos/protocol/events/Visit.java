package dev.pharos.protocol.events;

import dev.pharos.auth.Caller;
import dev.pharos.auth.Caps;
import dev.pharos.http.Headers;
import dev.pharos.http.Reply;
import dev.pharos.http.Request;
import org.jspecify.annotations.Nullable;

/**
 * A request whose sender is known.
 *
 * @param cors fields of every answer to it
 * @param lease its place under the caps, which whoever answers closes in the end; null where there are none
 */
record Visit(Request request, Reply reply, Headers cors, Caller caller, Caps.@Nullable Lease lease) {

    void close() {
        if (lease != null) {
            lease.close();
        }
    }
}
