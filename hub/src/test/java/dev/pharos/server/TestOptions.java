package dev.pharos.server;

import dev.pharos.config.Sources;
import java.util.HashMap;
import java.util.Map;

/** Options of hubs for tests. */
final class TestOptions {

    private TestOptions() {}

    /** A hub in memory, on a free port of this machine, with these variables of the environment besides. */
    static ServeOptions inMemory(Map<String, String> variables) {
        Map<String, String> all = new HashMap<>(Map.of("PHAROS_MEMORY", "true", "PHAROS_LISTEN", "127.0.0.1:0"));
        all.putAll(variables);
        return ServeOptions.of(Sources.of(all).read().configuration(), null, null);
    }
}
