package dev.pharos.cli;

import dev.pharos.torture.Torture;
import dev.pharos.torture.Violation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Tries to make a hub lose something. */
@Command(
        name = "torture",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = {"Try to make a hub lose an event in silence.", ""},
        description = {
            "",
            "Starts a hub in a process of its own and kills it again and again, while publishers publish until they are"
                    + " acknowledged, and readers go from transport to transport with their cursor. After each kill,"
                    + " whatever the hub had not synced is thrown away, torn, or has bits flipped, as after a crash of"
                    + " the machine. In the end every acknowledged event must have come to every reader that asked for"
                    + " it, once and in order, or the reader was told 'lost'. Exit code 1, with an account and the"
                    + " hub's directory, when not.",
            "",
            "A run is made of rounds with a log each. Half of them lose nothing at all; a quarter sync late, so that a"
                    + " crash loses what is young; in a quarter, retention drops what is old.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  pharos torture",
            "  pharos torture --minutes 60",
            "  pharos torture --seed 1234      begin with a round of this seed again"
        })
final class TortureCommand implements Callable<Integer> {

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            defaultValue = "1",
            description = "How long; the last round is finished. Default: 1")
    private double minutes;

    @Option(names = "--seed", paramLabel = "S", description = "What chance begins with. Default: another one each time")
    private @Nullable Long seed;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where to work, made if there is none. Default: a temporary directory")
    private @Nullable Path directory;

    @Override
    public Integer call() throws InterruptedException {
        Terminal terminal = Terminal.of(spec.commandLine());
        if (!(minutes >= 0)) {
            throw new ParameterException(spec.commandLine(), "--minutes is a number from 0, got " + minutes);
        }
        long first = seed != null ? seed : new SplittableRandom().nextInt(1_000_000);
        long end = System.nanoTime() + (long) (minutes * TimeUnit.MINUTES.toNanos(1));
        try {
            Path work = directory != null
                    ? Files.createDirectories(directory)
                    : Files.createTempDirectory("pharos-torture-");
            Torture torture = new Torture(Launcher.words(), work, first, terminal::print);
            try {
                torture.until(end);
            } catch (Violation violation) {
                terminal.print("so far: " + torture.counts());
                terminal.accept(String.valueOf(violation.getMessage()));
                return 1;
            }
            if (directory == null) {
                Files.delete(work);
            }
            terminal.print("nothing was lost in silence, from seed " + first);
            return 0;
        } catch (IOException failure) {
            terminal.accept("the torture could not go on: " + failure);
            return 1;
        }
    }
}
