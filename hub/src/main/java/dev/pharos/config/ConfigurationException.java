package dev.pharos.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration cannot be used: whoever wrote it must act. The message is a sentence for each problem, a line each. */
public final class ConfigurationException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient List<Problem> problems;

    ConfigurationException(List<Problem> problems) {
        super(problems.stream().map(Problem::sentence).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** What is wrong: at least one. */
    public List<Problem> problems() {
        return problems;
    }
}
