package dev.pharos.config;

import dev.pharos.log.SyncPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Where history is kept, and how much of it.
 *
 * @param directory on disk, or null in memory only
 * @param fsync when an event on disk is safe
 * @param retainBytes how much; in memory nothing means what suits the heap
 * @param retainAge for how long, on disk
 * @param retainCount how many events, on disk
 * @param keepLast how many of the newest events of a topic outlast that
 * @param keepLastTopics for how many topics
 * @param keepLastBytes in how much memory; nothing means what suits the heap
 */
public record History(
        @Nullable Path directory,
        SyncPolicy fsync,
        OptionalLong retainBytes,
        Duration retainAge,
        OptionalLong retainCount,
        int keepLast,
        int keepLastTopics,
        OptionalLong keepLastBytes) {

    /** The directory unless another is named. */
    public static final String DIRECTORY = "pharos-data";
}
