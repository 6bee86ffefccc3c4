package io.millrace.net.tls;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a listener's TLS is made from. Immutable.
 *
 * @param certificates at least one; the client's server name chooses among those of a key
 *     algorithm, and before it the client's own preference of algorithms
 * @param authorities PEM file of those whose client certificates count; null for the machine's own
 * @param minVersion "1.2" or "1.3"
 * @param cipherSuites IANA names for TLS 1.2; empty for the safe ones
 * @param curves Go's names (X25519, CurveP256 …), best first; empty for all
 */
public record TlsSettings(
        List<KeyPairFiles> certificates,
        @Nullable Path authorities,
        ClientCertificates clientCertificates,
        String minVersion,
        List<String> cipherSuites,
        List<String> curves) {

    /** A certificate chain and its key, both PEM files, which may be one and the same. */
    public record KeyPairFiles(Path certificate, Path key) {}

    /** Whether clients show certificates. */
    public enum ClientCertificates {
        IGNORED,
        REQUIRED
    }
}
