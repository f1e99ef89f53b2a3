package dev.pharos.host.netty;

import dev.pharos.http.Reply.UpgradeSupport;
import dev.pharos.http.WebSocket;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/**
 * The opening handshake of WebSocket (RFC 6455 section 4.2).
 */
final class Handshake {

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final byte[] SWITCHING =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                    .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PROTOCOL = "Sec-WebSocket-Protocol: ".getBytes(StandardCharsets.US_ASCII);
    private static final int CRLF = ('\r' << 8) | '\n';

    private Handshake() {}

    /** What becomes of the request's wish to upgrade, if it has one. */
    static UpgradeSupport support(RequestHead request, long bodyLength) {
        if (!request.lists("Upgrade", "websocket")) {
            return UpgradeSupport.NOT_ASKED;
        }
        List<String> keys = request.headers("Sec-WebSocket-Key");
        boolean valid = request.method().equals("GET")
                && !request.isHttp10()
                && request.lists("Connection", "upgrade")
                && "13".equals(request.header("Sec-WebSocket-Version"))
                && keys.size() == 1
                && validKey(keys.getFirst())
                && bodyLength == 0;
        return valid ? UpgradeSupport.READY : UpgradeSupport.INVALID;
    }

    private static boolean validKey(String key) {
        try {
            return key.length() == 24 && Base64.getDecoder().decode(key).length == 16;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Writes the 101 answer. */
    static void accept(RequestHead request, WebSocket.Options options, ResponseHead heads, ByteBuf to) {
        to.writeBytes(SWITCHING);
        to.writeBytes(accept(String.valueOf(request.header("Sec-WebSocket-Key"))));
        to.writeShort(CRLF);
        if (!options.subprotocol().isEmpty()) {
            to.writeBytes(PROTOCOL);
            to.writeCharSequence(options.subprotocol(), StandardCharsets.ISO_8859_1);
            to.writeShort(CRLF);
        }
        heads.fields(to, options.headers());
        to.writeShort(CRLF);
    }

    private static byte[] accept(String key) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            return Base64.getEncoder().encode(sha1.digest((key + GUID).getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }
}
