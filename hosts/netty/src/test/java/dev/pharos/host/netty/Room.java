package dev.pharos.host.netty;

import dev.pharos.http.Encoded;
import dev.pharos.session.CloseReason;
import dev.pharos.session.Handshake;
import dev.pharos.session.Session;
import dev.pharos.session.SessionListener;
import dev.pharos.session.Sessions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

// The example of docs/sessions.md begins here; SessionsHandlerTest holds the two together.
/** A room: what one says, all hear, by whatever transport each has come. */
final class Room {

    private final Set<Session> members = ConcurrentHashMap.newKeySet();

    public static void main(String... args) {
        Room room = new Room();
        Sessions sessions = Sessions.builder().build();
        NettyHost.builder(sessions.handler("/room", room::enter))
                .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 8080))
                .start();
    }

    /** The listener of a session that is about to open; the handshake says who asks. */
    SessionListener enter(Handshake handshake) {
        return new Member();
    }

    private void tellAll(String message) {
        Encoded bytes = Encoded.of(message); // one object for all, so that it is framed once
        for (Session member : members) {
            member.loop().execute(() -> member.send(bytes)); // each session is used on its own loop
        }
    }

    private final class Member implements SessionListener {
        @SuppressWarnings("NullAway.Init") // onOpen comes first
        private Session session;

        @Override
        public void onOpen(Session opened) {
            session = opened;
            members.add(opened);
        }

        @Override
        public void onMessage(String message) {
            tellAll(message);
        }

        @Override
        public void onBinary(ByteBuffer message) {
            session.close(1003, "this room takes text only");
        }

        @Override
        public void onClose(CloseReason reason) {
            members.remove(session);
        }
    }
}
