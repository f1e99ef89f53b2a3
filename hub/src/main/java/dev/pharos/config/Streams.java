package dev.pharos.config;

import java.time.Duration;

/**
 * How streams go and end.
 *
 * @param heartbeat the longest silence
 * @param retry after how long readers come back
 * @param drain how long a hub that stops waits for its readers
 * @param recovery how long a connection of Socket.IO that broke can be recovered; zero for not at all
 */
public record Streams(Duration heartbeat, Duration retry, Duration drain, Duration recovery) {}
