package io.millrace.broker;

import org.jspecify.annotations.Nullable;

/** The address that clients are told, which need not be the one that we listen on. Immutable. */
record Advertised(String host, int port) {
    /**
     * @param configured "host" or "host:port", an IPv6 host in brackets; null for our own address
     */
    static Advertised of(@Nullable String configured, String host, int port) {
        if (configured == null || configured.isEmpty()) {
            return new Advertised(host, port);
        }
        int colon = configured.lastIndexOf(':');
        if (colon < 0 || configured.endsWith("]")) {
            return new Advertised(withoutBrackets(configured), port);
        }
        return new Advertised(
                withoutBrackets(configured.substring(0, colon)),
                Integer.parseInt(configured.substring(colon + 1)));
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") && host.endsWith("]")
                ? host.substring(1, host.length() - 1)
                : host;
    }
}
