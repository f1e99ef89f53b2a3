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
    public boolean covers(String topic, boolean isPrivate) {
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
}
