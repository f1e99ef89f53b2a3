package dev.pharos.config;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * What nobody may exceed, in bytes and numbers.
 *
 * @param requestLine the longest request line
 * @param headers all header fields of a request
 * @param headTime how long the head of a request may take
 * @param event the largest event and the largest body that is one
 * @param selectors the most selectors of a subscription
 * @param selector the longest selector
 * @param topics the most topics of an event
 * @param topic the longest topic
 * @param patterns the most patterns that a topic is compared with
 * @param connections the most connections; nothing means what the system allows
 * @param perSubject the most connections of one subject; nothing means no cap, and so for the next two
 * @param perAddress the most connections from one address
 * @param publishes the most events a second of one publisher
 */
public record Bounds(
        int requestLine,
        int headers,
        Duration headTime,
        int event,
        int selectors,
        int selector,
        int topics,
        int topic,
        int patterns,
        OptionalLong connections,
        OptionalLong perSubject,
        OptionalLong perAddress,
        OptionalLong publishes) {}
