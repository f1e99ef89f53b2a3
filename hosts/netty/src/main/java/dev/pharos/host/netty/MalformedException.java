package dev.pharos.host.netty;

import dev.pharos.http.Response;

/**
 * Input that is no HTTP, or more of it than is taken; the connection can only be answered once more and ended.
 *
 * <p>Without a stack trace: whoever sends garbage should not make the server work for it.
 */
@SuppressWarnings("serial")
final class MalformedException extends Exception {

    private final int status;

    private MalformedException(int status, String sentence) {
        super(sentence, null, false, false);
        this.status = status;
    }

    static MalformedException head(String why) {
        return new MalformedException(400, "the head of the request is malformed: " + why);
    }

    static MalformedException chunks(String why) {
        return new MalformedException(400, "the body's chunks are malformed: " + why);
    }

    static MalformedException longLine(int limit) {
        return new MalformedException(414, "the request line is longer than " + limit + " bytes");
    }

    static MalformedException longFields(int limit) {
        return new MalformedException(431, "the header fields are longer than " + limit + " bytes together");
    }

    /** What the client is told. */
    Response answer() {
        return Response.text(status, String.valueOf(getMessage()));
    }
}
