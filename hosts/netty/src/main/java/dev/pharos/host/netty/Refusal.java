package dev.pharos.host.netty;

import dev.pharos.http.Response;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is wrong with a request before a handler sees it.
 */
final class Refusal {

    private Refusal() {}

    /** The answer to a head that could not be parsed. */
    static Response ofHead(Throwable cause, Limits limits) {
        if (cause instanceof TooLongHttpLineException) {
            return Response.text(414, "the request line is longer than " + limits.requestLine() + " bytes");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return Response.text(431, "the header fields are longer than " + limits.headers() + " bytes together");
        }
        return Response.text(400, "the head of the request is malformed: " + sentence(cause));
    }

    /** The answer to a body whose framing is broken. */
    static Response ofBody(Throwable cause) {
        return Response.text(400, "the body's chunks are malformed: " + sentence(cause));
    }

    /** The answer to a request target that is not understood. */
    static Response ofTarget() {
        return Response.text(400, "the request target is neither a path nor an http URL");
    }

    /** The answer to a well-formed head that is refused all the same, or null. */
    static @Nullable Response of(HttpRequest head) {
        int major = head.protocolVersion().majorVersion();
        int minor = head.protocolVersion().minorVersion();
        if (!head.protocolVersion().protocolName().equals("HTTP") || major != 1) {
            return Response.text(
                    505,
                    "this server speaks HTTP/1.1, not "
                            + printable(head.protocolVersion().text()));
        }
        List<String> hosts = head.headers().getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1 || (hosts.isEmpty() && minor > 0)) {
            return Response.text(400, "the request has " + hosts.size() + " Host fields where one is needed");
        }
        List<String> codings = head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!codings.isEmpty()) {
            if (minor == 0) {
                return Response.text(400, "Transfer-Encoding is not part of HTTP/1.0");
            }
            if (codings.size() > 1 || !codings.get(0).equalsIgnoreCase("chunked")) {
                return Response.text(501, "Transfer-Encoding can only be chunked");
            }
            if (head.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
                return Response.text(400, "the request has both Transfer-Encoding and Content-Length");
            }
        }
        if (unknownExpectation(head.headers().get(HttpHeaderNames.EXPECT))) {
            return Response.text(417, "Expect can only be 100-continue");
        }
        return null;
    }

    private static boolean unknownExpectation(@Nullable String expectation) {
        return expectation != null && !expectation.equalsIgnoreCase("100-continue");
    }

    private static String sentence(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : printable(message);
    }

    private static String printable(String s) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < s.length() && i < 120; i++) {
            char c = s.charAt(i);
            out.append(c >= ' ' && c < 0x7F ? c : '?');
        }
        return out.toString();
    }
}
