package io.millrace.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One TLS block.
 *
 * @param timeoutNanos time for the handshake
 * @param connectionRateLimit handshakes a second; 0 for any number
 * @param minVersion "1.2" or "1.3"
 */
public record TlsOptions(
        @Nullable String certFile,
        @Nullable String keyFile,
        @Nullable String caFile,
        List<CertificatePair> certs,
        boolean verify,
        boolean verifyAndMap,
        List<String> cipherSuites,
        List<String> curvePreferences,
        String minVersion,
        long timeoutNanos,
        int connectionRateLimit,
        List<String> pinnedCerts,
        HandshakeFirst handshakeFirst,
        boolean insecure) {

    /** What an empty block means. */
    static final TlsOptions DEFAULTS =
            new TlsOptions(
                    null,
                    null,
                    null,
                    List.of(),
                    false,
                    false,
                    List.of(),
                    List.of(),
                    "1.2",
                    2_000_000_000L,
                    0,
                    List.of(),
                    HandshakeFirst.NO,
                    false);

    /** A certificate chain and its key, both PEM files. */
    public record CertificatePair(String certFile, String keyFile) {}

    /**
     * Whether the handshake comes before INFO.
     *
     * @param fallbackNanos how long to wait for the client to begin it; 0 for as long as it takes
     */
    public record HandshakeFirst(boolean enabled, long fallbackNanos) {
        public static final HandshakeFirst NO = new HandshakeFirst(false, 0);
    }
}
