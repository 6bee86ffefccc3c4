package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.millrace.config.TlsOptions;
import io.millrace.config.TlsOptions.HandshakeFirst;
import io.millrace.testkit.SimulatedPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a peer says first on a port with TLS, the connection waits or is closed, and is closed
 * when the time for a handshake is over. The first byte chooses how the port begins, the second
 * into how small pieces the rest is cut.
 */
final class TlsFirstBytesFuzzTest {
    /** An alert, a certificate and what goes with it; INFO comes on top. */
    private static final int ANSWER_BYTES_MAX = 16 * 1024;

    private static final int HANDSHAKE = 0x16;
    private static final char[] PASSWORD = "password".toCharArray();

    @TempDir static Path directory;
    private static List<ClientTls> beginnings;

    @BeforeAll
    static void makeCertificate() throws Exception {
        Path store = directory.resolve("keys.p12");
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                "server",
                                "-keyalg",
                                "EC",
                                "-groupname",
                                "secp256r1",
                                "-dname",
                                "CN=server",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                new String(PASSWORD))
                        .redirectErrorStream(true)
                        .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
        String certificate = pem("CERTIFICATE", keys.getCertificate("server").getEncoded());
        String key = pem("PRIVATE KEY", keys.getKey("server", PASSWORD).getEncoded());
        HandshakeFirst first = new HandshakeFirst(true, 0);
        HandshakeFirst firstForAWhile = new HandshakeFirst(true, 50 * SimulatedServer.MILLI);
        beginnings =
                List.of(
                        tls(certificate, key, HandshakeFirst.NO, false),
                        tls(certificate, key, HandshakeFirst.NO, true),
                        tls(certificate, key, first, false),
                        tls(certificate, key, firstForAWhile, true));
    }

    @FuzzTest(maxDuration = "2m")
    void theConnectionWaitsOrIsClosed(byte[] input) {
        if (input.length < 2) {
            return;
        }
        ClientTls tls = beginnings.get(input[0] & 3);
        SimulatedServer simulated = new SimulatedServer(options -> {});
        simulated.server.useTls(tls);
        SimulatedPeer peer = simulated.loop.connect();
        peer.sayInPieces(1 + (input[1] & 0xff));
        peer.say(Arrays.copyOfRange(input, 2, input.length));

        simulated.loop.settle();
        assertThat(peer.forget()).isLessThan(ANSWER_BYTES_MAX);
        simulated.loop.advance(tls.timeoutNanos() + SimulatedServer.SECOND);

        boolean plain = tls.isOptional() && (input.length == 2 || input[2] != HANDSHAKE);
        assertThat(peer.isClosed() || plain).as("waits for ever").isTrue();
        assertThat(peer.forget()).isLessThan(ANSWER_BYTES_MAX);
        assertThat(simulated.server.connectionCount()).isEqualTo(peer.isClosed() ? 0 : 1);
    }

    private static ClientTls tls(
            String certificate, String key, HandshakeFirst first, boolean optional)
            throws IOException {
        TlsOptions options =
                new TlsOptions(
                        certificate,
                        key,
                        null,
                        List.of(),
                        false,
                        false,
                        List.of(),
                        List.of(),
                        "1.2",
                        2 * SimulatedServer.SECOND,
                        0,
                        List.of(),
                        first,
                        false);
        return ClientTls.load(options, optional);
    }

    /** The path of a new PEM file. */
    private static String pem(String label, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        String file = "-----BEGIN " + label + "-----\n" + text + "\n-----END " + label + "-----\n";
        return Files.writeString(directory.resolve(label + ".pem"), file).toString();
    }
}
