package io.millrace.broker;

import io.millrace.config.TlsOptions;
import io.millrace.net.tls.TlsContext;
import io.millrace.net.tls.TlsSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** How TLS is spoken on the client port. Immutable; any thread. */
public final class ClientTls {
    private final TlsContext context;
    private final TlsOptions options;
    private final boolean optional;

    private ClientTls(TlsContext context, TlsOptions options, boolean optional) {
        this.context = context;
        this.options = options;
        this.optional = optional;
    }

    /**
     * Reads certificates and keys. Blocking.
     *
     * @param optional whether clients without TLS are served, too
     * @throws IOException with a text that names what is wrong
     */
    public static ClientTls load(TlsOptions options, boolean optional) throws IOException {
        List<TlsSettings.KeyPairFiles> pairs = new ArrayList<>();
        if (options.certFile() != null && options.keyFile() != null) {
            pairs.add(pair(options.certFile(), options.keyFile()));
        }
        for (TlsOptions.CertificatePair pair : options.certs()) {
            pairs.add(pair(pair.certFile(), pair.keyFile()));
        }
        TlsContext context =
                TlsContext.load(
                        new TlsSettings(
                                pairs,
                                options.caFile() == null ? null : Path.of(options.caFile()),
                                verifies(options)
                                        ? TlsSettings.ClientCertificates.REQUIRED
                                        : TlsSettings.ClientCertificates.IGNORED,
                                options.minVersion(),
                                options.cipherSuites(),
                                options.curvePreferences()));
        return new ClientTls(context, options, optional);
    }

    private static TlsSettings.KeyPairFiles pair(String certificate, String key) {
        return new TlsSettings.KeyPairFiles(Path.of(certificate), Path.of(key));
    }

    private static boolean verifies(TlsOptions options) {
        return options.verify() || options.verifyAndMap();
    }

    /** Keys and rules, for another listener under the same block. */
    public TlsContext context() {
        return context;
    }

    /** When the first of the server's certificates ends. */
    public long notAfterEpochNanos() {
        return TimeUnit.SECONDS.toNanos(
                context.ownCertificates().getFirst().getNotAfter().toInstant().getEpochSecond());
    }

    /** Whether clients without TLS are served, too. */
    boolean isOptional() {
        return optional;
    }

    boolean isVerifying() {
        return verifies(options);
    }

    /** Whether the handshake may come before INFO. */
    boolean isFirst() {
        return options.handshakeFirst().enabled();
    }

    /** How long to wait for a handshake before INFO is said all the same; 0 for ever. */
    long fallbackNanos() {
        return options.handshakeFirst().fallbackNanos();
    }

    /** Handshakes a second; 0 for any number. */
    int connectionRateLimit() {
        return options.connectionRateLimit();
    }

    /** Whether a peer may go on that has shown these certificates, its own first. */
    boolean admits(List<PeerCertificate> shown) {
        return options.pinnedCerts().isEmpty()
                || (!shown.isEmpty()
                        && options.pinnedCerts().stream()
                                .anyMatch(
                                        pin ->
                                                pin.equalsIgnoreCase(
                                                        shown.getFirst().spkiSha256())));
    }

    long timeoutNanos() {
        return options.timeoutNanos();
    }
}
