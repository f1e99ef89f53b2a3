package dev.pharos.log;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The filter that lets every event pass, also private ones: for the log's own use. */
final class Everything implements Filter {

    static final Filter FILTER = new Everything();

    private Everything() {}

    @Override
    public boolean matches(Event event) {
        return true;
    }

    @Override
    public boolean selects(String topic) {
        return true;
    }

    @Override
    public boolean permits(String topic) {
        return true;
    }

    @Override
    public boolean seesPrivate() {
        return true;
    }

    @Override
    public @Nullable Set<String> topics() {
        return null;
    }

    @Override
    public @Nullable Set<String> permittedTopics() {
        return null;
    }
}
