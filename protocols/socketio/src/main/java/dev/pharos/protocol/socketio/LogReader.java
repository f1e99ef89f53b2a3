package dev.pharos.protocol.socketio;

/** What feeds one socket from the log. On its loop only. */
final class LogReader {}
