package dev.pharos.sse;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What a parser told, a line a call. */
final class Recording implements SseParser.Listener {

    final List<String> calls = new ArrayList<>();

    @Override
    public void onEvent(String type, String data, String lastEventId) {
        calls.add("event [" + type + "] [" + data + "] [" + lastEventId + "]");
    }

    @Override
    public void onId(String lastEventId) {
        calls.add("id [" + lastEventId + "]");
    }

    @Override
    public void onRetry(long millis) {
        calls.add("retry " + millis);
    }

    @Override
    public void onComment(String text) {
        calls.add("comment [" + text + "]");
    }

    /** What is told of a stream that comes in one piece. */
    static List<String> of(String stream) {
        return of(stream.getBytes(StandardCharsets.UTF_8));
    }

    static List<String> of(byte[] stream) {
        Recording recording = new Recording();
        new SseParser(recording, 1 << 20, 1 << 20).feed(stream, 0, stream.length);
        return recording.calls;
    }

    /** What is told of a stream that comes in random pieces, in buffers of all kinds; an exception is told last. */
    static List<String> ofPieces(byte[] stream, Random random, int maxPiece, int maxLine, int maxData) {
        Recording recording = new Recording();
        SseParser parser = new SseParser(recording, maxLine, maxData);
        int at = 0;
        try {
            while (at < stream.length) {
                int length = Math.min(stream.length - at, random.nextInt(maxPiece + 1));
                switch (random.nextInt(3)) {
                    case 0 -> parser.feed(stream, at, length);
                    case 1 -> parser.feed(ByteBuffer.wrap(stream, at, length).slice());
                    default ->
                        parser.feed(ByteBuffer.allocateDirect(length + 1)
                                .put(0, stream, at, length)
                                .limit(length));
                }
                at += length;
            }
        } catch (SseException e) {
            recording.calls.add("exception " + e.getMessage());
        }
        return recording.calls;
    }
}
