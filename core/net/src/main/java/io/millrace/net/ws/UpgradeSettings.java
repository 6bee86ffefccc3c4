package io.millrace.net.ws;

import java.util.Map;

/**
 * How a listener answers upgrades. Immutable.
 *
 * @param compression whether messages may be compressed
 * @param headers added to the answer that accepts
 * @param messageBytesMax what a compressed message may have, before and after it is inflated
 */
public record UpgradeSettings(
        boolean compression, Map<String, String> headers, long messageBytesMax) {
    public UpgradeSettings {
        headers = Map.copyOf(headers);
    }
}
