package dev.pharos.server;

import dev.pharos.config.Configuration;
import dev.pharos.config.ConfigurationException;
import dev.pharos.config.KeyEntry;
import dev.pharos.config.Sources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Replaces the keys of a hub when a file they are in has changed, or when it is told to. A change that cannot be used is told,
 * once, and the keys stay what they are.
 *
 * <p>Files are looked at on a thread of its own every two seconds, and read when two looks have seen the same, so that a file
 * is not read while it is written.
 */
final class KeyWatch implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(KeyWatch.class.getName());
    private static final long LOOK_SECONDS = 2;

    private final Sources sources;
    private final Consumer<Configuration> use;
    private final ScheduledThreadPoolExecutor timer;
    // What follows belongs to the timer's thread.
    private Configuration current;
    private Map<Path, String> used;
    private Map<Path, String> seen;

    /**
     * Watches nothing yet.
     *
     * @param sources what the configuration was read from
     * @param current what it is
     * @param use takes the new keys, or throws {@link UnusableKeyException}
     */
    KeyWatch(Sources sources, Configuration current, Consumer<Configuration> use) {
        this.sources = sources;
        this.current = current;
        this.use = use;
        this.used = look();
        this.seen = used;
        this.timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "pharos-keys");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Begins to look. */
    void start() {
        timer.scheduleWithFixedDelay(this::check, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    /** Reads everything again, soon. */
    void readAgain() {
        timer.execute(() -> {
            seen = look();
            read();
        });
    }

    /** Looks whether a file has changed, and stopped changing. */
    void check() {
        Map<Path, String> now = look();
        boolean isStill = now.equals(seen);
        seen = now;
        if (isStill && !now.equals(used)) {
            read();
        }
    }

    private void read() {
        used = seen;
        Configuration fresh;
        try {
            fresh = sources.read().configuration();
            if (!fresh.hasKeys()) {
                refuse("there are none any more, and a hub that runs does not lose them all");
                return;
            }
            use.accept(fresh);
        } catch (ConfigurationException e) {
            refuse(String.join("; ", String.valueOf(e.getMessage()).split("\n")));
            return;
        } catch (UnusableKeyException e) {
            refuse(e.sentence());
            return;
        }
        int count = fresh.authorization().keys().size();
        LOG.log(
                System.Logger.Level.INFO,
                "the keys were read again: " + count + (count == 1 ? " is" : " are") + " in force"
                        + (isSameButForKeys(fresh) ? "" : "; other changes wait for the next start"));
        current = fresh;
        // Other files may be named now.
        used = look();
        seen = used;
    }

    private static void refuse(String why) {
        LOG.log(System.Logger.Level.WARNING, "the keys stay as they were: " + why);
    }

    private boolean isSameButForKeys(Configuration fresh) {
        return fresh.withKeys(List.of()).equals(current.withKeys(List.of()));
    }

    /** What tells that a file has changed, of every file there is to look at. */
    private Map<Path, String> look() {
        TreeSet<Path> paths = new TreeSet<>();
        sources.file().ifPresent(paths::add);
        for (KeyEntry entry : current.authorization().keys()) {
            Path file = entry.material().file();
            if (file != null) {
                paths.add(file);
            }
        }
        Map<Path, String> all = new HashMap<>();
        for (Path path : paths) {
            all.put(path, look(path));
        }
        return all;
    }

    private static String look(Path path) {
        try {
            BasicFileAttributes file = Files.readAttributes(path, BasicFileAttributes.class);
            @Nullable Object identity = file.fileKey();
            return file.lastModifiedTime().to(TimeUnit.NANOSECONDS) + " " + file.size() + " "
                    + Objects.requireNonNullElse(identity, "");
        } catch (IOException gone) {
            return "gone";
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
