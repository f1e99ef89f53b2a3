package dev.pharos.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class BenchCommandTest {

    @Test
    void measuresAHubInAProcessOfItsOwn() {
        Cli bench = Cli.run(
                "bench", "--connections", "60", "--topics", "3", "--messages", "300", "--rate", "300", "--idle", "1");
        assertThat(bench.err()).isEmpty();
        assertThat(bench.out())
                .containsPattern("connect +[\\d.,]+ connections/s")
                .containsPattern("idle +-?[\\d.,]+ bytes of memory")
                .containsPattern("6.000 in [\\d.,]+ s from 300 events, 0 missing, 0 twice")
                .containsPattern("latency ms: p50")
                .containsPattern("of processor time a delivery");
        assertThat(bench.code()).isZero();
    }

    @Test
    void saysWhatToDoWhenThereAreTooFewOpenFiles() {
        Cli bench = Cli.run("bench", "--connections", "50000000");
        assertThat(bench.code()).isEqualTo(1);
        assertThat(bench.err()).contains("ulimit -n");
    }
}
