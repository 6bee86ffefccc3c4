package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Members of the tls block that only some operators use. */
final class TlsBlockTest {
    private static Certificates certificates;

    @BeforeAll
    static void make() {
        certificates = Certificates.create();
    }

    private static String answer(ServerProcess server, String client) {
        try (RawClient raw = RawClient.dial(server.port())) {
            raw.readLine();
            raw.startTls(certificates.contextAs(client));
            raw.send("CONNECT {\"verbose\":false}\r\nPING\r\n");
            return raw.readLine();
        } catch (IOException e) {
            return "[closed]";
        }
    }

    private static String pin(String name) throws IOException, GeneralSecurityException {
        try (var pem = Files.newInputStream(certificates.pem(name))) {
            byte[] key =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(pem)
                            .getPublicKey()
                            .getEncoded();
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(key));
        }
    }

    @Test
    void onlyPinnedCertificatesAreServed() throws Exception {
        certificates.issue("pinned", "/O=e2e/CN=pinned", "");
        certificates.issue("other", "/O=e2e/CN=other", "");
        try (ServerProcess server =
                ServerProcess.start(
                        certificates.serverBlock(
                                "verify: true", "pinned_certs: [\"" + pin("pinned") + "\"]"))) {
            assertThat(answer(server, "pinned")).isEqualTo("PONG");
            assertThat(answer(server, "other")).isEqualTo("[closed]");
            server.assertServing();
        }
    }

    @Test
    void handshakesBeyondTheRateAreRefusedWithAWord() throws IOException {
        try (ServerProcess server =
                ServerProcess.start(certificates.serverBlock("connection_rate_limit: 1"))) {
            boolean refused = false;
            for (int i = 0; i < 5 && !refused; i++) {
                try (RawClient raw = RawClient.dial(server.port())) {
                    raw.readLine();
                    refused =
                            raw.trySend("PING\r\n".getBytes(StandardCharsets.US_ASCII))
                                    && isThrottled(raw);
                }
            }
            assertThat(refused).isTrue();
        }
    }

    private static boolean isThrottled(RawClient raw) {
        return String.join("\n", raw.readToEnd())
                .contains("Connection throttling is active. Please try again later.");
    }

    @Test
    void monitoringSpeaksHttpsWithTheCertificateOfTheClientPort() throws Exception {
        try (ServerProcess server =
                        ServerProcess.start(
                                certificates.serverBlock() + "https: \"127.0.0.1:-1\"\n");
                HttpClient client =
                        HttpClient.newBuilder().sslContext(certificates.context()).build()) {
            URI uri = URI.create("https://localhost:" + server.monitorPort() + "/varz");
            HttpResponse<String> answer =
                    client.send(
                            HttpRequest.newBuilder(uri).build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).contains("\"https_port\": " + server.monitorPort());
        }
    }

    @Test
    void httpsWithoutACertificateIsRefused() {
        assertThat(ServerProcess.refused("https: \"127.0.0.1:-1\"\n"))
                .contains("TLS cert and key required for HTTPS");
    }
}
