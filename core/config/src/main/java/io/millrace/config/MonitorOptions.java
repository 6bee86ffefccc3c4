package io.millrace.config;

/**
 * Monitoring over HTTP.
 *
 * @param httpPort 0 for none, -1 for any free one
 * @param httpsPort likewise
 */
public record MonitorOptions(String host, int httpPort, int httpsPort, String basePath) {
    static final MonitorOptions DEFAULTS = new MonitorOptions("0.0.0.0", 0, 0, "/");
}
