package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Published holes of the past in TLS, and what a hostile hand shake may cost. */
final class TlsSecurityTest {
    private static final int ALERT = 0x15;
    private static final int HANDSHAKE = 0x16;

    private static Certificates certificates;
    @AutoClose private static ServerProcess plain;

    @BeforeAll
    static void start() {
        certificates = Certificates.create();
        plain = ServerProcess.start(certificates.serverBlock("timeout: 1"));
    }

    /** secnote-2026-13: a name part that comes twice counts once. */
    @Test
    void aNameWithARepeatedPartIsNotTheUserWithAnotherPart() throws IOException {
        certificates.issue("twice", "/CN=Alice/CN=Alice/O=NATS", "");
        certificates.issue("once", "/CN=Alice/O=NATS/OU=Users", "");
        try (ServerProcess server =
                ServerProcess.start(
                        certificates.serverBlock("verify_and_map: true")
                                + "authorization { users: [{user: \"CN=Alice,O=NATS,OU=Users\"}] }\n")) {
            assertThat(answerToPing(server, certificates.contextAs("once"))).isEqualTo("PONG");
            assertThat(answerToPing(server, certificates.contextAs("twice")))
                    .isIn("-ERR 'Authorization Violation'", "[closed]");
            server.assertServing();
        }
    }

    /** secnote-2026-01: trust that was withdrawn is not remembered in a TLS session. */
    @Test
    void aSessionDoesNotOutliveTheAuthorityThatItRestedOn() throws IOException {
        certificates.authority("other-ca");
        certificates.issueBy("other-ca", "stranger", "/O=e2e/CN=stranger", "");
        String before = certificates.serverBlock("verify: true");
        String after =
                before.replace(
                        certificates.pem("ca").toString(), certificates.pem("other-ca").toString());
        try (ServerProcess server = ServerProcess.start(before)) {
            SSLContext known = certificates.contextAs("client");
            SSLContext stranger = certificates.contextAs("stranger");
            assertThat(answerToPing(server, known)).isEqualTo("PONG");
            assertThat(answerToPing(server, known)).isEqualTo("PONG");
            assertThat(answerToPing(server, stranger)).isEqualTo("[closed]");
            server.configure(after);
            server.reload();
            assertThat(answerToPing(server, known)).isEqualTo("[closed]");
            assertThat(answerToPing(server, stranger)).isEqualTo("PONG");
        }
    }

    /** CVE-2021-32026: flags are as strict as a file. Suites by number, highest version offered. */
    @ParameterizedTest
    @CsvSource({
        "c02f, 0303, true", // ECDHE-RSA with AES-128-GCM
        "cca8, 0303, true", // ECDHE-RSA with ChaCha20
        "0005, 0303, false", // RC4
        "000a, 0303, false", // 3DES
        "c012, 0303, false", // ECDHE with 3DES
        "0001, 0303, false", // no encryption at all
        "c02f, 0302, false", // TLS 1.1
        "c013, 0301, false", // TLS 1.0
    })
    void onlyDecentSuitesAndVersionsAreSpoken(String suite, String version, boolean accepted)
            throws IOException {
        try (ServerProcess server =
                        ServerProcess.start(
                                "",
                                "--tlscert",
                                certificates.pem("server").toString(),
                                "--tlskey",
                                certificates.key("server").toString());
                RawClient client = RawClient.dial(server.port())) {
            assertThat(client.readLine()).contains("\"tls_required\":true");
            client.send(clientHello(Integer.parseInt(suite, 16), Integer.parseInt(version, 16)));
            int type = client.readByte();
            if (accepted) {
                assertThat(type).isEqualTo(HANDSHAKE);
            } else {
                assertThat(type).isIn(ALERT, -1);
            }
            server.assertServing();
        }
    }

    @Test
    void aHandshakeThatStopsHalfwayIsClosedInTime() throws IOException {
        byte[] hello = clientHello(0xc02f, 0x0303);
        for (int part : new int[] {0, 1, 5, 40, hello.length - 1, hello.length}) {
            try (RawClient client = RawClient.dial(plain.port())) {
                client.readLine();
                client.send(Arrays.copyOf(hello, part));
                client.readUntilClosed(Duration.ofSeconds(15));
            }
        }
        plain.assertServing();
    }

    @Test
    void aRecordLongerThanAllowedIsRefused() throws IOException {
        try (RawClient client = RawClient.dial(plain.port())) {
            client.readLine();
            client.send(new byte[] {HANDSHAKE, 3, 1, (byte) 0xff, (byte) 0xff, 1, 0, 0, 1});
            client.readUntilClosed(Duration.ofSeconds(15));
        }
        plain.assertServing();
    }

    @Test
    void plainTextInPlaceOfTlsIsRefused() throws IOException {
        try (RawClient client = RawClient.connect(plain.port())) {
            client.send("PING\r\n");
            client.readUntilClosed(Duration.ofSeconds(15));
        }
        plain.assertServing();
    }

    private static String answerToPing(ServerProcess server, SSLContext context) {
        try (RawClient client = RawClient.dial(server.port())) {
            client.readLine();
            client.startTls(context);
            client.send("CONNECT {\"verbose\":false}\r\nPING\r\n");
            return client.readLine();
        } catch (IOException e) {
            return "[closed]";
        }
    }

    /** The first message of a client that offers one suite, with the extensions it takes. */
    private static byte[] clientHello(int suite, int version) throws IOException {
        ByteArrayOutputStream extensions = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(extensions);
        for (int[] extension :
                new int[][] {
                    {10, 2, 29, 23}, // groups: x25519, secp256r1
                    {13, 2, 0x0804, 0x0401}, // signatures: RSA-PSS and PKCS#1 with SHA-256
                }) {
            out.writeShort(extension[0]);
            out.writeShort(2 + 2 * extension[1]);
            out.writeShort(2 * extension[1]);
            out.writeShort(extension[2]);
            out.writeShort(extension[3]);
        }
        out.write(new byte[] {0, 11, 0, 2, 1, 0}); // uncompressed points
        out.write(new byte[] {0, 23, 0, 0}); // extended master secret
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        out = new DataOutputStream(body);
        out.writeShort(version);
        out.write(new byte[32]); // random
        out.writeByte(0); // session
        out.writeShort(2);
        out.writeShort(suite);
        out.write(new byte[] {1, 0}); // no compression
        out.writeShort(extensions.size());
        out.write(extensions.toByteArray());
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        out = new DataOutputStream(record);
        out.writeByte(HANDSHAKE);
        out.writeShort(0x0301);
        out.writeShort(body.size() + 4);
        out.writeInt(1 << 24 | body.size());
        out.write(body.toByteArray());
        return record.toByteArray();
    }
}
