package dev.pharos.benchmarks;

import dev.pharos.sse.SseEncoder;
import dev.pharos.sse.SseParser;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** Encodes and parses one event of a hundred bytes, in one line or in many. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SseBenchmark {

    /** Whether the data has line breaks. */
    @Param({"one", "ten"})
    public String lines = "one";

    private String data = "";
    private byte[] block = {};

    /** Prepares the event. */
    @Setup
    public void prepare() {
        data = lines.equals("one") ? "x".repeat(100) : "xxxxxxxxx\n".repeat(10);
        block = SseEncoder.event(null, -1, "pos:k3f9abcd.1a2b", data);
    }

    /** One event to bytes. */
    @Benchmark
    public byte[] encode() {
        return SseEncoder.event(null, -1, "pos:k3f9abcd.1a2b", data);
    }

    /** One event from bytes, with a parser of its own. */
    @Benchmark
    public void parse(Blackhole sink) {
        SseParser parser = new SseParser(
                new SseParser.Listener() {
                    @Override
                    public void onEvent(String type, String text, String lastEventId) {
                        sink.consume(text);
                    }
                },
                1 << 20,
                1 << 20);
        parser.feed(block, 0, block.length);
    }
}
