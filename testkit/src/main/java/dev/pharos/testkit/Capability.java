package dev.pharos.testkit;

/**
 * A thing that the seam allows a host to lack. What a host does not state is reported as not checked, or what it must
 * do instead is checked.
 */
public enum Capability {
    /** Upgrades to WebSocket. Instead: {@code UpgradeSupport.UNSUPPORTED}. */
    WEBSOCKET("requests to upgrade are answered with a WebSocket"),
    /** Hands the next pipelined request to the handler before the one before is answered. Instead: in turn. */
    PIPELINING("pipelined requests are handled side by side"),
    /** Serves HTTP/1.0: no chunks, the end of the connection ends a stream. */
    HTTP_1_0("HTTP/1.0 requests are answered without chunks"),
    /** Notices that a peer has gone without having to write. Instead: noticed by the writes that follow. */
    PROMPT_DISAPPEARANCE("a peer's disappearance is noticed without a write"),
    /** Ends a stream whose peer takes nothing for {@link Settings#writeDeadline()}. */
    WRITE_DEADLINE("a stream whose peer takes nothing for the write deadline ends"),
    /** Ends a connection whose request's head takes longer than {@link Settings#headDeadline()}. */
    HEAD_DEADLINE("a connection whose request head does not arrive in time ends"),
    /** Answers 431 and 414 above {@link Settings#maxHeaders()} and {@link Settings#maxRequestLine()}. */
    HEADER_LIMITS("oversized heads are answered with 431 or 414"),
    /** Sends {@code 100 Continue} when the body is read. Instead: it may be sent before. */
    LAZY_CONTINUE("100 Continue is sent when the body is first read, and not before"),
    /** Answers a request it cannot parse with 400. Instead: the connection ends. */
    BAD_REQUEST_ANSWER("a request that cannot be parsed is answered with 400"),
    /** Refuses ambiguous framing (RFC 9112 sections 6.3 and 11.2), and heads that the connection's end cut off. */
    STRICT_FRAMING("ambiguous and cut-off heads are refused"),
    /** Skips trailer fields behind a chunked body (RFC 9112 section 7.1.2). Instead: the body aborts. */
    TRAILERS("trailer fields behind a chunked body are skipped"),
    /** Sends the status and head of an error to a peer that is still sending its body. */
    EARLY_ANSWER("an answer arrives while the peer is still sending its body"),
    /** Reads on behind such an answer, within bounds, so that the end of the connection does not destroy it. */
    PATIENT_END("an early answer reaches a peer that first sends all of its body");

    private final String meaning;

    Capability(String meaning) {
        this.meaning = meaning;
    }

    /** What a host that states this promises, as a sentence without its dot. */
    public String meaning() {
        return meaning;
    }
}
