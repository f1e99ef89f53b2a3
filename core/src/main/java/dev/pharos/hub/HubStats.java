package dev.pharos.hub;

/**
 * The hub's figures at a moment.
 *
 * @param published events accepted since the start
 * @param undeliverable private events among them that nobody could be allowed to see
 * @param deliveries events handed to subscribers, each counted once a subscriber
 * @param deliveredBytes their bytes before the framing of the transport
 * @param subscriptions open now
 * @param lagging live subscriptions that have not taken all there is
 * @param lost times a subscriber was told that events were lost
 * @param laneDelayNanos the longest wait of a lane between being woken and running, of the last 10 to 20 seconds
 */
public record HubStats(
        long published,
        long undeliverable,
        long deliveries,
        long deliveredBytes,
        long subscriptions,
        long lagging,
        long lost,
        long laneDelayNanos) {}
