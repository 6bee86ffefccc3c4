package io.millrace.config;

/**
 * Monitoring over HTTP.
 *
 * @param httpPort 0 for none, -1 for any free one
 * @param httpsPort likewise
 * @param profilePort where profiles are to be had; 0 for nowhere
 * @param profileBlockRate what is configured of it; it changes nothing here
 */
public record MonitorOptions(
        String host,
        int httpPort,
        int httpsPort,
        String basePath,
        int profilePort,
        int profileBlockRate) {
    static final MonitorOptions DEFAULTS = new MonitorOptions("0.0.0.0", 0, 0, "/");

    /** Monitoring without profiles. */
    public MonitorOptions(String host, int httpPort, int httpsPort, String basePath) {
        this(host, httpPort, httpsPort, basePath, 0, 0);
    }
}
