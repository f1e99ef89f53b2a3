package dev.pharos.config;

import java.util.List;

/** A configuration that can be used, and where each part of it comes from. */
public final class Effective {

    private final Configuration configuration;
    private final Values values;

    Effective(Configuration configuration, Values values) {
        this.configuration = configuration;
        this.values = values;
    }

    /** What was set. */
    public Configuration configuration() {
        return configuration;
    }

    /** What to throw when a value turns out to be of no use after all; {@code what} goes on behind the key. */
    public ConfigurationException unusable(String key, String what) {
        return new ConfigurationException(List.of(Problem.with(key, values.origin(key), what)));
    }

    /** All settings as YAML that can be used as a file, each with where it comes from. Secrets are hidden. */
    public String yaml() {
        return new YamlPrinter(configuration, values).print();
    }
}
