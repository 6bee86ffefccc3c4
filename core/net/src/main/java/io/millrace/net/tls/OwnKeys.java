package io.millrace.net.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificates that a listener shows, with their keys. Of those of a key algorithm the first
 * that bears the name the client asks for, else the first. Immutable; any thread.
 */
/* The JDK's own managers that know of server names open the key store for each handshake: ten
 * thousand rounds of a hash for a password that is none, and a copy of the key in every session. */
final class OwnKeys extends X509ExtendedKeyManager {
    private static final List<String> FOR_EC =
            List.of("ecdsa_secp256r1_sha256", "ecdsa_secp384r1_sha384", "ecdsa_secp521r1_sha512");
    private static final List<String> FOR_EDDSA = List.of("ed25519", "ed448");
    private static final List<String> FOR_RSA =
            List.of(
                    "rsa_pss_rsae_sha256",
                    "rsa_pss_rsae_sha384",
                    "rsa_pss_rsae_sha512",
                    "rsa_pkcs1_sha256",
                    "rsa_pkcs1_sha384",
                    "rsa_pkcs1_sha512");
    private static final List<String> FOR_PSS =
            List.of("rsa_pss_pss_sha256", "rsa_pss_pss_sha384", "rsa_pss_pss_sha512");

    private final List<Pair> pairs;

    OwnKeys(List<Pair> pairs) {
        this.pairs = List.copyOf(pairs);
    }

    /** A key and its certificate before those of its authorities. */
    static final class Pair {
        private final PrivateKey key;

        /** One for all sessions, which do not write into it. */
        private final X509Certificate[] chain;

        private final List<String> hosts;

        Pair(PrivateKey key, List<X509Certificate> chain) {
            this.key = key;
            this.chain = chain.toArray(new X509Certificate[0]);
            this.hosts = PeerNames.hosts(chain.getFirst());
        }

        X509Certificate certificate() {
            return chain[0];
        }

        private String algorithm() {
            return key.getAlgorithm();
        }

        /** A star stands for the first label, and for no part of one. */
        private boolean bears(String host) {
            int dot = host.indexOf('.');
            return hosts.contains(host) || (dot > 0 && hosts.contains("*" + host.substring(dot)));
        }
    }

    /** What these keys can sign by; each session keeps a list of those the client knows, too. */
    String[] signatureSchemes() {
        List<String> schemes = new ArrayList<>();
        for (String algorithm : new TreeSet<>(pairs.stream().map(Pair::algorithm).toList())) {
            schemes.addAll(
                    switch (algorithm) {
                        case "EC" -> FOR_EC;
                        case "EdDSA", "Ed25519", "Ed448" -> FOR_EDDSA;
                        case "RSASSA-PSS" -> FOR_PSS;
                        default -> FOR_RSA;
                    });
        }
        return schemes.toArray(new String[0]);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String algorithm, Principal @Nullable [] issuers, SSLEngine engine) {
        return choose(algorithm, engine.getHandshakeSession());
    }

    @Override
    public @Nullable String chooseServerAlias(
            String algorithm, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return choose(
                algorithm,
                socket instanceof SSLSocket secured ? secured.getHandshakeSession() : null);
    }

    private @Nullable String choose(String algorithm, @Nullable SSLSession session) {
        if (!canCheck(session, algorithm)) {
            return null;
        }
        String host = wanted(session);
        String first = null;
        for (int i = 0; i < pairs.size(); i++) {
            Pair pair = pairs.get(i);
            if (pair.algorithm().equals(algorithm)) {
                if (host == null || pair.bears(host)) {
                    return Integer.toString(i);
                }
                first = first == null ? Integer.toString(i) : first;
            }
        }
        return first;
    }

    /** By TLS 1.2 a client may know suites for a kind of key, and none of its signatures. */
    private static boolean canCheck(@Nullable SSLSession session, String algorithm) {
        if (!(session instanceof ExtendedSSLSession extended)) {
            return true;
        }
        List<String> known = Arrays.asList(extended.getPeerSupportedSignatureAlgorithms());
        return switch (algorithm) {
            case "EC" -> known.stream().anyMatch(name -> name.endsWith("withECDSA"));
            case "RSA" ->
                    known.contains("RSASSA-PSS")
                            || known.stream().anyMatch(name -> name.endsWith("withRSA"));
            default -> true;
        };
    }

    private static @Nullable String wanted(@Nullable SSLSession session) {
        if (session instanceof ExtendedSSLSession extended) {
            for (SNIServerName name : extended.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName().toLowerCase(Locale.ROOT);
                }
            }
        }
        return null;
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return pairs.get(Integer.parseInt(alias)).key;
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return pairs.get(Integer.parseInt(alias)).chain;
    }

    @Override
    public String @Nullable [] getServerAliases(String algorithm, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String algorithm, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] algorithms, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
