package dev.pharos.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;

/** Finds the option or command that was probably meant. */
final class Nearest {

    private Nearest() {}

    /** The nearest option or command of {@code spec}. */
    static Optional<String> to(String word, CommandSpec spec) {
        List<String> known = new ArrayList<>();
        if (word.startsWith("-")) {
            spec.options().forEach(option -> known.addAll(Arrays.asList(option.names())));
        } else {
            known.addAll(spec.subcommands().keySet());
        }
        String name = word.startsWith("-") && word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
        return dev.pharos.config.Nearest.to(name, known);
    }
}
