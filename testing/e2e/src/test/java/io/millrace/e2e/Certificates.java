package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Assumptions;

/** An authority of our own in a folder, with as many certificates as a test wants; by openssl. */
final class Certificates {
    private final Path folder;

    private Certificates(Path folder) {
        this.folder = folder;
    }

    static Certificates create() {
        Assumptions.assumeTrue(Clients.onPath("openssl"), "openssl is not installed");
        Certificates made = new Certificates(Repository.newFolder("certificates"));
        made.authority("ca");
        made.issue("server", "/O=e2e/CN=localhost", "DNS:localhost,IP:127.0.0.1");
        made.issue("client", "/O=e2e/CN=client", "email:client@e2e.example");
        return made;
    }

    /** Makes one more self-signed authority. */
    void authority(String name) {
        openssl(
                "req -x509 -newkey rsa:2048 -nodes -days 30 -subj /O=e2e/CN=%s".formatted(name),
                "-keyout",
                key(name).toString(),
                "-out",
                pem(name).toString(),
                "-addext",
                "basicConstraints=critical,CA:TRUE");
    }

    void issue(String name, String subject, String alternativeName) {
        issueBy("ca", name, subject, alternativeName);
    }

    void issueBy(String authority, String name, String subject, String alternativeName) {
        openssl(
                "req -newkey rsa:2048 -nodes -multivalue-rdn",
                "-subj",
                subject,
                "-keyout",
                key(name).toString(),
                "-out",
                folder.resolve(name + ".csr").toString());
        Path extensions = folder.resolve(name + ".ext");
        try {
            Files.writeString(
                    extensions,
                    alternativeName.isEmpty() ? "" : "subjectAltName=" + alternativeName + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        openssl(
                "x509 -req -days 30 -CAcreateserial",
                "-in",
                folder.resolve(name + ".csr").toString(),
                "-CA",
                pem(authority).toString(),
                "-CAkey",
                key(authority).toString(),
                "-extfile",
                extensions.toString(),
                "-out",
                pem(name).toString());
    }

    private void openssl(String words, String... more) {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(words.split(" ")));
        command.addAll(List.of(more));
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(folder.resolve("openssl.log").toFile())
                            .start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("openssl ended").isTrue();
            assertThat(process.exitValue())
                    .as(() -> command + ": " + read(folder.resolve("openssl.log")))
                    .isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path pem(String name) {
        return folder.resolve(name + ".pem");
    }

    Path key(String name) {
        return folder.resolve(name + ".key");
    }

    /** A tls block of a server's configuration, with more members. */
    String serverBlock(String... more) {
        return "tls {\n  cert_file: \"%s\"\n  key_file: \"%s\"\n  ca_file: \"%s\"\n  %s\n}\n"
                .formatted(pem("server"), key("server"), pem("ca"), String.join("\n  ", more));
    }

    Map<String, String> trusting() {
        return Map.of("ca", pem("ca").toString(), "tls", "true");
    }

    Map<String, String> trustingAs(String client) {
        return Map.of(
                "ca",
                pem("ca").toString(),
                "tls",
                "true",
                "cert",
                pem(client).toString(),
                "key",
                key(client).toString());
    }

    SSLContext context() {
        return context(pem("ca"), Map.of());
    }

    SSLContext contextAs(String client) {
        return context(pem("ca"), trustingAs(client));
    }

    /** What a client needs that trusts {@code ca} and, if given, shows cert and key. */
    static SSLContext context(Path ca, Map<String, String> options) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("ca", certificate(ca));
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    options.containsKey("cert")
                            ? keys(Path.of(options.get("cert")), Path.of(options.get("key")))
                                    .getKeyManagers()
                            : null,
                    trust.getTrustManagers(),
                    null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyManagerFactory keys(Path pem, Path key)
            throws GeneralSecurityException, IOException {
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry(
                "client", privateKey(key), new char[0], new Certificate[] {certificate(pem)});
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(own, new char[0]);
        return keys;
    }

    private static Certificate certificate(Path pem) throws GeneralSecurityException, IOException {
        try (InputStream in = Files.newInputStream(pem)) {
            return CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static PrivateKey privateKey(Path key) throws GeneralSecurityException {
        String text = read(key).replaceAll("-----[^-]+-----", "").replaceAll("\\s", "");
        return KeyFactory.getInstance("RSA")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text)));
    }
}
