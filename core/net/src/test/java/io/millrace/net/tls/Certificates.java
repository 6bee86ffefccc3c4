package io.millrace.net.tls;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.interfaces.ECPrivateKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Certificates that keytool makes in a directory: two authorities, servers and clients. */
final class Certificates {
    private static final char[] PASSWORD = "password".toCharArray();

    private final Path directory;
    private final KeyStore store;

    Certificates(Path directory) throws Exception {
        this.directory = directory;
        make("ca", "EC", "CN=ca", "-ext", "bc:c");
        make("otherca", "EC", "CN=otherca", "-ext", "bc:c");
        make("server", "RSA", "CN=server", "-signer", "ca", "-ext", "san=dns:localhost");
        make("second", "EC", "CN=second", "-signer", "ca", "-ext", "san=dns:second.test");
        make("star", "EC", "CN=star", "-signer", "ca", "-ext", "san=dns:*.Star.test");
        make("edwards", "Ed25519", "CN=edwards", "-signer", "ca", "-ext", "san=dns:edwards.test");
        make(
                "client",
                "EC",
                "CN=app,O=rec",
                "-signer",
                "ca",
                "-ext",
                "san=uri:nats://app,dns:app.test,email:app@example.com");
        make("stranger", "EC", "CN=stranger", "-signer", "otherca");
        make("alone", "RSA", "CN=alone", "-ext", "san=dns:alone.test");
        store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(directory.resolve("keys.p12"))) {
            store.load(in, PASSWORD);
        }
    }

    private void make(String alias, String algorithm, String name, String... more)
            throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-J-XX:TieredStopAtLevel=1",
                                "-genkeypair",
                                "-alias",
                                alias,
                                "-keyalg",
                                algorithm,
                                "-dname",
                                name,
                                "-keystore",
                                directory.resolve("keys.p12").toString(),
                                "-storepass",
                                "password"));
        if (algorithm.equals("EC")) {
            command.addAll(List.of("-groupname", "secp256r1"));
        }
        command.addAll(List.of(more));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(said);
        }
    }

    Path certificate(String alias) throws Exception {
        Certificate own = store.getCertificate(alias);
        return pem(alias + ".crt", "CERTIFICATE", own.getEncoded());
    }

    byte[] pkcs8(String alias) throws Exception {
        return store.getKey(alias, PASSWORD).getEncoded();
    }

    Path key(String alias) throws Exception {
        return pem(alias + ".key", "PRIVATE KEY", pkcs8(alias));
    }

    /** The key of an RSA pair in its older form: what the envelope of PKCS #8 holds. */
    Path rsaKey(String alias) throws Exception {
        byte[] envelope = pkcs8(alias);
        return pem(
                alias + "-rsa.key",
                "RSA PRIVATE KEY",
                Arrays.copyOfRange(envelope, 26, envelope.length));
    }

    /** The key of a pair on P-256 as OpenSSL writes it, with or without its curve inside. */
    Path ecKey(String alias, boolean curveInside) throws Exception {
        BigInteger secret = ((ECPrivateKey) store.getKey(alias, PASSWORD)).getS();
        byte[] curve = {6, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 3, 1, 7};
        String digits = String.format("%064x", secret);
        String inner = "0201010420" + digits + (curveInside ? "a00a" + hex(curve) : "");
        byte[] key =
                java.util.HexFormat.of()
                        .parseHex("30" + String.format("%02x", inner.length() / 2) + inner);
        Path parameters = pem("curve.pem", "EC PARAMETERS", curve);
        Path file = pem(alias + "-ec.key", "EC PRIVATE KEY", key);
        String before = curveInside ? "" : Files.readString(parameters);
        return Files.writeString(file, before + Files.readString(file));
    }

    private static String hex(byte[] bytes) {
        return java.util.HexFormat.of().formatHex(bytes);
    }

    Path pem(String name, String label, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(
                directory.resolve(name),
                "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n");
    }

    TlsSettings.KeyPairFiles pair(String alias) throws Exception {
        return new TlsSettings.KeyPairFiles(certificate(alias), key(alias));
    }

    /** What a client trusts the first authority with, and "alone", and shows of itself. */
    SSLContext clientContext(@Nullable String alias) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("ca", store.getCertificate("ca"));
        trusted.setCertificateEntry("alone", store.getCertificate("alone"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        KeyManager[] keys = null;
        if (alias != null) {
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            own.setKeyEntry(
                    alias,
                    store.getKey(alias, PASSWORD),
                    PASSWORD,
                    store.getCertificateChain(alias));
            KeyManagerFactory factory = KeyManagerFactory.getInstance("SunX509");
            factory.init(own, PASSWORD);
            keys = factory.getKeyManagers();
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust.getTrustManagers(), null);
        return context;
    }
}
