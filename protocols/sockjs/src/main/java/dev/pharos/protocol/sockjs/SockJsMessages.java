package dev.pharos.protocol.sockjs;

import dev.pharos.http.Encoded;
import java.util.function.Function;

/**
 * Messages written as SockJS frames hold them: what is to go to many sessions, at places of their own, is quoted once however
 * often it is framed. Stateless.
 *
 * <p>The sessions of {@link SockJsProtocol} take them, except those without frames at {@code /websocket}: see
 * {@link SockJsProtocol#at(String, dev.pharos.session.Sessions, SockJsOptions, Function, Function)}.
 */
public final class SockJsMessages {

    /** Each part is a comma and a JSON string, so that a frame takes a run whole but for the first comma. */
    private static final Object WRITTEN = new Object() {
        @Override
        public String toString() {
            return "sockjs";
        }
    };

    private SockJsMessages() {}

    /** The same messages, written. */
    public static Encoded write(Encoded messages) {
        if (isWritten(messages)) {
            return messages;
        }
        Bytes written = new Bytes(messages.length() + messages.length() / 4 + 3 * messages.parts());
        int[] ends = new int[messages.parts()];
        for (int part = 0; part < ends.length; part++) {
            written.write(',');
            JsonText.quote(messages.bytes(), messages.start(part), messages.end(part), written);
            ends[part] = written.length();
        }
        return Encoded.of(written.toArray(), ends).in(WRITTEN);
    }

    @SuppressWarnings("ReferenceEquality") // forms are known by identity
    static boolean isWritten(Encoded messages) {
        return messages.form() == WRITTEN;
    }
}
