package dev.pharos.host.netty;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.util.List;

/**
 * Netty's request decoder, driven by hand instead of standing in a pipeline.
 *
 * <p>Between two messages it has no state, so a loop lends its parsers to whichever connection is in the middle of one.
 */
final class RequestParser extends HttpRequestDecoder {

    RequestParser(Limits limits) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.requestLine())
                .setMaxHeaderSize(limits.headers())
                .setMaxChunkSize(64 << 10)
                .setValidateHeaders(true)
                .setStrictLineParsing(true));
    }

    /** Takes the next step, adding what it found to {@code out}; without one and without progress, more is needed. */
    @SuppressWarnings("NullAway") // Netty's decode takes a context that HttpObjectDecoder does not use
    void parse(ByteBuf in, List<Object> out) throws Exception {
        decode(null, in, out);
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Transfer-Encoding and Content-Length");
    }
}
