package io.millrace.net.tls;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** The keys and rules of one listener's TLS. Immutable; any thread. */
/* One context for each listener, and a new one at each reload: sessions live in the context, so none
 * is ever resumed against other authorities than those it began with. */
public final class TlsContext {
    private static final List<String> SUITES_1_3 =
            List.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256");
    private static final List<String> SUITES_1_2 =
            List.of(
                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    /** Go's names of curves, and ours; the hybrid with ML-KEM is not in this Java. */
    private static final Map<String, String> CURVES =
            Map.of(
                    "X25519", "x25519",
                    "CurveP256", "secp256r1",
                    "CurveP384", "secp384r1",
                    "CurveP521", "secp521r1",
                    "X25519MLKEM768", "");

    private static final List<String> CURVES_DEFAULT =
            List.of("x25519", "secp256r1", "secp384r1", "secp521r1");

    private final SSLContext context;
    private final SSLParameters parameters;
    private final List<X509Certificate> own;

    private TlsContext(SSLContext context, SSLParameters parameters, List<X509Certificate> own) {
        this.context = context;
        this.parameters = parameters;
        this.own = own;
    }

    /**
     * Reads the files. Blocking.
     *
     * @throws IOException with a text that names what is wrong, and the file where there is one
     */
    public static TlsContext load(TlsSettings settings) throws IOException {
        try {
            List<X509Certificate> own = new ArrayList<>();
            List<OwnKeys.Pair> pairs = new ArrayList<>();
            for (TlsSettings.KeyPairFiles files : settings.certificates()) {
                OwnKeys.Pair pair = read(files);
                pairs.add(pair);
                own.add(pair.certificate());
            }
            if (pairs.isEmpty()) {
                throw new IOException("TLS needs a certificate");
            }
            OwnKeys keys = new OwnKeys(pairs);
            SSLContext context = SSLContext.getInstance("TLS");
            boolean verifies =
                    settings.clientCertificates() == TlsSettings.ClientCertificates.REQUIRED;
            context.init(
                    new KeyManager[] {keys},
                    verifies ? trust(settings.authorities()) : new TrustManager[0],
                    null);
            SSLParameters parameters = new SSLParameters();
            parameters.setProtocols(protocols(settings.minVersion()));
            parameters.setCipherSuites(suites(settings.cipherSuites(), context));
            parameters.setUseCipherSuitesOrder(true);
            parameters.setNamedGroups(curves(settings.curves()));
            parameters.setNeedClientAuth(verifies);
            if (!verifies) {
                // with client certificates the list says how those may be signed, too
                parameters.setSignatureSchemes(keys.signatureSchemes());
            }
            return new TlsContext(context, parameters, List.copyOf(own));
        } catch (GeneralSecurityException failed) {
            throw new IOException("cannot set TLS up: " + failed.getMessage(), failed);
        }
    }

    /** The server's own certificates, each before its chain's next pair; for their expiry. */
    public List<X509Certificate> ownCertificates() {
        return own;
    }

    /** For a listener that is not ours: the context itself. */
    public SSLContext context() {
        return context;
    }

    /** For a listener that is not ours: what it must set on each connection. A copy. */
    public SSLParameters parameters() {
        return newEngine().getSSLParameters();
    }

    SSLEngine newEngine() {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setSSLParameters(parameters);
        return engine;
    }

    private static OwnKeys.Pair read(TlsSettings.KeyPairFiles pair)
            throws IOException, GeneralSecurityException {
        List<X509Certificate> chain = PemFile.read(pair.certificate()).certificates();
        PrivateKey key = PemFile.read(pair.key()).privateKey();
        if (!key.getAlgorithm().equals(chain.getFirst().getPublicKey().getAlgorithm())) {
            throw new IOException(
                    "the key in " + pair.key() + " is not that of " + pair.certificate());
        }
        return new OwnKeys.Pair(key, chain);
    }

    private static TrustManager[] trust(@Nullable Path authorities)
            throws IOException, GeneralSecurityException {
        KeyStore store = null;
        if (authorities != null) {
            store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            for (X509Certificate authority : PemFile.read(authorities).certificates()) {
                store.setCertificateEntry("ca" + store.size(), authority);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return factory.getTrustManagers();
    }

    private static String[] protocols(String minVersion) throws IOException {
        return switch (minVersion) {
            case "1.2", "" -> new String[] {"TLSv1.3", "TLSv1.2"};
            case "1.3" -> new String[] {"TLSv1.3"};
            default -> throw new IOException("unsupported minimum TLS version: " + minVersion);
        };
    }

    private static String[] suites(List<String> wanted, SSLContext context) throws IOException {
        List<String> known = Arrays.asList(context.getSupportedSSLParameters().getCipherSuites());
        List<String> suites = new ArrayList<>(SUITES_1_3);
        for (String name : wanted.isEmpty() ? SUITES_1_2 : wanted) {
            String full = name.endsWith("_POLY1305") ? name + "_SHA256" : name;
            if (!known.contains(full)) {
                throw new IOException("unrecognized cipher " + name);
            }
            if (!suites.contains(full)) {
                suites.add(full);
            }
        }
        return suites.toArray(new String[0]);
    }

    private static String[] curves(List<String> wanted) throws IOException {
        List<String> curves = new ArrayList<>();
        for (String name : wanted) {
            String ours = CURVES.get(name);
            if (ours == null) {
                throw new IOException("unrecognized curve preference " + name);
            }
            if (!ours.isEmpty()) {
                curves.add(ours);
            }
        }
        return (curves.isEmpty() ? CURVES_DEFAULT : curves).toArray(new String[0]);
    }
}
