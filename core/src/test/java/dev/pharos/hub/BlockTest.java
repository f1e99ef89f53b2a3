package dev.pharos.hub;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pharos.http.Encoded;
import dev.pharos.log.Entry;
import dev.pharos.log.Event;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BlockTest {

    private static final int PLENTY = 1 << 20;

    private int encoded;
    private final WireFormat format = new WireFormat() {
        @Override
        public Encoded encode(Entry entry) {
            encoded++;
            return PlainFormat.PLAIN.encode(entry);
        }

        @Override
        public @Nullable Encoded encode(Notice notice) {
            return null;
        }
    };

    @Test
    void givesAllReadersTheSameBytesWhereverTheyBegan() {
        Block block = block(1_000, 100);
        List<Encoded> first = all(block, 0);
        assertThat(first).hasSizeGreaterThan(3);
        for (int from = 1; from < 90; from++) {
            List<Encoded> later = all(block, from);
            assertThat(String.join("", strings(later))).isEqualTo(expected(from + 1, 1_000));
            for (int i = 1; i < first.size(); i++) {
                assertThat(later.get(i)).isSameAs(first.get(i));
            }
        }
        assertThat(encoded).isEqualTo(1_000);
    }

    @Test
    void sharesWhatIsCutForReadersAtTheSamePlace() {
        Block block = block(50, 10);
        Run run = requireNonNull(block.take(7, format, 20));
        assertThat(run.bytes()).hasToString("8;9;10;11;12;13;14;");
        assertThat(run.to()).isEqualTo(14);
        assertThat(requireNonNull(block.take(7, format, 20)).bytes()).isSameAs(run.bytes());
        assertThat(encoded).isEqualTo(50);
    }

    @Test
    void givesALargeEventAloneAndWhole() {
        Block block = block(3, 1 << 20);
        Run run = requireNonNull(block.take(1, format, 1));
        assertThat(run.bytes()).hasToString("2;");
        assertThat(run.to()).isEqualTo(2);
        assertThat(requireNonNull(block.take(2, format, 1)).to()).isEqualTo(block.next());
    }

    @Test
    void weighsAllItMayBecome() {
        assertThat(block(100, 1_000).weight()).isGreaterThan(100 * 2_000 + Block.SHEET_SIZE);
        assertThat(new Block(0, 1_024, 0, List.of(), false, 0).weight()).isLessThan(1_000);
    }

    @Test
    void endsBehindItsLastEvent() {
        Block block = block(3, 10);
        assertThat(block.take(3, format, PLENTY)).isNull();
        assertThat(new Block(0, 9, 0, List.of(), false, 0).take(0, format, PLENTY))
                .isNull();
    }

    private List<Encoded> all(Block block, long from) {
        List<Encoded> runs = new ArrayList<>();
        for (Run run = block.take(from, format, PLENTY); run != null; run = block.take(run.to(), format, PLENTY)) {
            runs.add(run.bytes());
        }
        return runs;
    }

    private static List<String> strings(List<Encoded> runs) {
        return runs.stream().map(Encoded::toString).toList();
    }

    private static String expected(int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i <= to; i++) {
            text.append(i).append(';');
        }
        return text.toString();
    }

    private static Block block(int count, int size) {
        List<TapeEvent> events = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            events.add(new TapeEvent(new Entry("e", i, 0, Event.of("a", "x".repeat(size)))));
        }
        return new Block(0, count + 5, 0, events, false, 0);
    }
}
