package dev.pharos.host.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.pharos.http.Response;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Takes the head of a request apart (RFC 9112 sections 3, 5 and 6), refusing whatever two parties could read differently:
 * bare line ends, folded lines, blanks around names, more than one length, a length beside chunks.
 *
 * <p>The lines are known to end with CR LF, and the last to be empty. One object a head.
 */
final class HeadParser {

    private static final int LONGEST_LENGTH = 18;

    private final byte[] bytes;
    private int at;
    private int[] places = new int[32];
    private int count;

    private int hosts;
    private int codings;
    private boolean chunked;
    private long length = -1;
    private boolean close;
    private boolean keepAlive;
    private @Nullable String expectation;

    private HeadParser(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * The head in these bytes, which are its own from here on; it may be one to be refused.
     *
     * @throws MalformedException if it is none
     */
    static RequestHead parse(byte[] bytes) throws MalformedException {
        return new HeadParser(bytes).head();
    }

    private RequestHead head() throws MalformedException {
        int methodEnd = word();
        String method = new String(bytes, 0, methodEnd, ISO_8859_1);
        for (int i = 0; i < methodEnd; i++) {
            if (!Grammar.isToken(bytes[i])) {
                throw MalformedException.head("the method is '" + Grammar.shown(bytes, 0, methodEnd) + "'");
            }
        }
        int targetStart = at;
        int targetEnd = word();
        String uri = new String(bytes, targetStart, targetEnd - targetStart, ISO_8859_1);
        int version = at;
        int lineEnd = endOfLine();
        if (lineEnd - version != 8
                || bytes[lineEnd + 1] != Grammar.LF
                || !new String(bytes, version, 5, ISO_8859_1).equals("HTTP/")
                || !isDigit(bytes[version + 5])
                || bytes[version + 6] != '.'
                || !isDigit(bytes[version + 7])) {
            throw MalformedException.head("the version is '" + Grammar.shown(bytes, version, lineEnd) + "'");
        }
        at = lineEnd + 2;
        while (at < bytes.length - 2) {
            field();
        }
        boolean old = bytes[version + 7] == '0';
        RequestTarget target = RequestTarget.of(uri);
        RequestHead.Framing framing = new RequestHead.Framing(
                chunked ? -1 : Math.max(0, length), !old && "100-continue".equalsIgnoreCase(expectation));
        return new RequestHead(
                        bytes,
                        Arrays.copyOf(places, count),
                        method,
                        target == null ? new RequestTarget("/", null) : target,
                        old,
                        framing,
                        !close && (!old || keepAlive))
                .refusedWith(refusal(old, version, lineEnd, target));
    }

    /** Moves behind the next word of the request line and the one space after it; gives the word's end. */
    private int word() throws MalformedException {
        int start = at;
        while (bytes[at] != ' ') {
            if (bytes[at] == Grammar.CR || Grammar.isControl(bytes[at]) || bytes[at] == Grammar.TAB) {
                throw MalformedException.head("the request line is not a method, a target and a version");
            }
            at++;
        }
        if (at == start) {
            throw MalformedException.head("the request line has a space too many");
        }
        return at++;
    }

    private int endOfLine() {
        int end = at;
        while (bytes[end] != Grammar.CR) {
            end++;
        }
        return end;
    }

    private void field() throws MalformedException {
        int start = at;
        while (Grammar.isToken(bytes[at])) {
            at++;
        }
        int nameEnd = at;
        if (nameEnd == start || bytes[at] != ':') {
            throw MalformedException.head("a line among the fields is '" + Grammar.shown(bytes, start, line()) + "'");
        }
        do {
            at++;
        } while (Grammar.isBlank(bytes[at]));
        int valueStart = at;
        while (!Grammar.isControl(bytes[at])) {
            at++;
        }
        if (bytes[at] != Grammar.CR || bytes[at + 1] != Grammar.LF) {
            throw MalformedException.head(
                    "the field " + Grammar.shown(bytes, start, nameEnd) + " has the control character " + bytes[at]);
        }
        int valueEnd = at;
        while (valueEnd > valueStart && Grammar.isBlank(bytes[valueEnd - 1])) {
            valueEnd--;
        }
        at += 2;
        if (count == places.length) {
            places = Arrays.copyOf(places, 2 * count);
        }
        places[count++] = start;
        places[count++] = nameEnd;
        places[count++] = valueStart;
        places[count++] = valueEnd;
        known(start, nameEnd, valueStart, valueEnd);
    }

    /** Where the line at hand ends, for a message. */
    private int line() {
        int end = at;
        while (bytes[end] != Grammar.LF) {
            end++;
        }
        return bytes[end - 1] == Grammar.CR ? end - 1 : end;
    }

    /** Takes in the fields that are the host's own business. */
    private void known(int start, int nameEnd, int valueStart, int valueEnd) throws MalformedException {
        switch (nameEnd - start) {
            case 4 -> {
                if (is(start, nameEnd, "Host")) {
                    hosts++;
                }
            }
            case 6 -> {
                if (is(start, nameEnd, "Expect") && expectation == null) {
                    expectation = text(valueStart, valueEnd);
                }
            }
            case 10 -> {
                if (is(start, nameEnd, "Connection")) {
                    String options = text(valueStart, valueEnd);
                    close |= Grammar.lists(options, "close");
                    keepAlive |= Grammar.lists(options, "keep-alive");
                }
            }
            case 14 -> {
                if (is(start, nameEnd, "Content-Length")) {
                    if (length >= 0) {
                        throw MalformedException.head("there is more than one Content-Length");
                    }
                    length = length(valueStart, valueEnd);
                }
            }
            case 17 -> {
                if (is(start, nameEnd, "Transfer-Encoding")) {
                    codings++;
                    chunked = is(valueStart, valueEnd, "chunked");
                }
            }
            default -> {}
        }
    }

    private long length(int from, int to) throws MalformedException {
        boolean number = from < to && to - from <= LONGEST_LENGTH;
        long value = 0;
        for (int i = from; number && i < to; i++) {
            number = isDigit(bytes[i]);
            value = 10 * value + bytes[i] - '0';
        }
        if (!number) {
            throw MalformedException.head("the Content-Length is '" + Grammar.shown(bytes, from, to) + "'");
        }
        return value;
    }

    private @Nullable Response refusal(boolean old, int version, int versionEnd, @Nullable RequestTarget target) {
        if (bytes[version + 5] != '1') {
            return Response.text(505, "this server speaks HTTP/1.1, not " + Grammar.shown(bytes, version, versionEnd));
        }
        if (hosts > 1 || (hosts == 0 && !old)) {
            return Response.text(400, "the request has " + hosts + " Host fields where one is needed");
        }
        if (codings > 0) {
            if (old) {
                return Response.text(400, "Transfer-Encoding is not part of HTTP/1.0");
            }
            if (codings > 1 || !chunked) {
                return Response.text(501, "Transfer-Encoding can only be chunked");
            }
            if (length >= 0) {
                return Response.text(400, "the request has both Transfer-Encoding and Content-Length");
            }
        }
        if (expectation != null && !expectation.equalsIgnoreCase("100-continue")) {
            return Response.text(417, "Expect can only be 100-continue");
        }
        return target != null ? null : Response.text(400, "the request target is neither a path nor an http URL");
    }

    private boolean is(int from, int to, String text) {
        return Grammar.equalsIgnoreCase(bytes, from, to, text);
    }

    private String text(int from, int to) {
        return new String(bytes, from, to - from, ISO_8859_1);
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }
}
