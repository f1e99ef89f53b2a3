package dev.pharos.hub;

/**
 * What a subscriber sees and in which form; subscribers with equal interests form an audience and share bytes.
 */
public record Interest(Selectors selectors, WireFormat format, DeliveryMode mode) {}
