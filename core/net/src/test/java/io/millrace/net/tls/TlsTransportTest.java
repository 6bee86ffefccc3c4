package io.millrace.net.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.net.tls.TlsSettings.ClientCertificates;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The server's side of TLS on real sockets, against the JDK's own client. */
@Timeout(60)
final class TlsTransportTest {
    @TempDir private static Path directory;
    private static Certificates certificates;

    @BeforeAll
    static void makeCertificates() throws Exception {
        certificates = new Certificates(directory);
    }

    private static TlsSettings plainSettings() throws Exception {
        return settings(ClientCertificates.IGNORED, "1.2", List.of());
    }

    private static TlsSettings settings(
            ClientCertificates clients, String minVersion, List<String> suites) throws Exception {
        return new TlsSettings(
                List.of(certificates.pair("server")),
                certificates.certificate("ca"),
                clients,
                minVersion,
                suites,
                List.of());
    }

    private static SSLSocket connect(EchoServer server, SSLContext context) throws IOException {
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", server.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void echoes(SSLSocket socket, String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        socket.getOutputStream().write(bytes);
        assertThat(socket.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.2", "1.3"})
    void bothVersionsCarryBytesAndAreNamed(String version) throws Exception {
        try (EchoServer server = new EchoServer(plainSettings());
                SSLSocket socket = connect(server, certificates.clientContext(null))) {
            socket.setEnabledProtocols(new String[] {"TLSv" + version});
            echoes(socket, "hello");
            echoes(socket, "again");
            TlsTransport secured = server.secured();
            assertThat(secured.version()).isEqualTo(version);
            assertThat(secured.cipherSuite()).isEqualTo(socket.getSession().getCipherSuite());
            assertThat(secured.peerCertificates()).isEmpty();
            assertThat(secured.certificateNames()).isEmpty();
            assertThat(secured.remotePort()).isEqualTo(socket.getLocalPort());
            socket.shutdownOutput();
            assertThat(server.end()).isEqualTo("ended");
        }
    }

    @Test
    void preferredSuiteIsTheOneOfTheOriginal() throws Exception {
        try (EchoServer server = new EchoServer(plainSettings());
                SSLSocket socket = connect(server, certificates.clientContext(null))) {
            echoes(socket, "x");
            assertThat(server.secured().cipherSuite()).isEqualTo("TLS_AES_128_GCM_SHA256");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void verifiedClientIsKnownByItsNamesInOrder(String protocol) throws Exception {
        try (EchoServer server =
                        new EchoServer(settings(ClientCertificates.REQUIRED, "1.2", List.of()));
                SSLSocket socket = connect(server, certificates.clientContext("client"))) {
            socket.setEnabledProtocols(new String[] {protocol});
            echoes(socket, "x");
            assertThat(server.secured().certificateNames())
                    .containsExactly("app@example.com", "app.test", "nats://app", "CN=app,O=rec");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void clientOfAnotherAuthorityOrWithoutCertificateIsRefused(String protocol) throws Exception {
        try (EchoServer server =
                new EchoServer(settings(ClientCertificates.REQUIRED, "1.2", List.of()))) {
            for (String alias : new String[] {null, "stranger"}) {
                try (SSLSocket socket = connect(server, certificates.clientContext(alias))) {
                    socket.setEnabledProtocols(new String[] {protocol});
                    assertThatThrownBy(
                                    () -> {
                                        echoes(socket, "x");
                                        socket.getInputStream().read();
                                    })
                            .isInstanceOfAny(IOException.class, AssertionError.class);
                    assertThat(server.outcome()).isNotEqualTo("secured");
                }
            }
        }
    }

    @Test
    void missingClientCertificateIsSaidInTheWordsOfTheOriginal() throws Exception {
        try (EchoServer server =
                        new EchoServer(settings(ClientCertificates.REQUIRED, "1.2", List.of()));
                SSLSocket socket = connect(server, certificates.clientContext(null))) {
            assertThat(refusal(socket)).isTrue();
            assertThat(server.outcome()).isEqualTo("tls: client didn't provide a certificate");
        }
    }

    private static boolean refusal(SSLSocket socket) {
        try {
            socket.getOutputStream().write('x');
            return socket.getInputStream().read() < 0;
        } catch (IOException refused) {
            return true;
        }
    }

    @Test
    void clientThatDistrustsTheServerEndsTheHandshake() throws Exception {
        SSLContext distrusting = SSLContext.getInstance("TLS");
        distrusting.init(null, null, null);
        try (EchoServer server = new EchoServer(plainSettings());
                SSLSocket socket = connect(server, distrusting)) {
            assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
            assertThat(server.outcome()).isNotEqualTo("secured").isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"CONNECT {}\r\nPING\r\n", "GET / HTTP/1.1\r\n\r\n", "\u0000"})
    void plainTextIsRefusedWithoutAnAnswer(String text) throws Exception {
        try (EchoServer server = new EchoServer(plainSettings());
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(text.getBytes(UTF_8));
            assertThat(server.outcome())
                    .isEqualTo("tls: first record does not look like a TLS handshake");
            assertEnds(socket);
        }
    }

    private static void assertEnds(Socket socket) {
        try {
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        } catch (IOException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
    }

    @Test
    void garbageBehindAGoodFirstByteIsRefusedAndTheServerGoesOn() throws Exception {
        Random random = new Random(11);
        try (EchoServer server = new EchoServer(plainSettings())) {
            for (int round = 0; round < 50; round++) {
                byte[] garbage = new byte[400];
                random.nextBytes(garbage);
                garbage[0] = 0x16;
                garbage[1] = 3;
                garbage[2] = (byte) (round % 4);
                garbage[3] = 0;
                garbage[4] = (byte) 200;
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                    socket.getOutputStream().write(garbage);
                    socket.shutdownOutput();
                    assertThat(server.outcome()).isNotEqualTo("secured").isNotEqualTo("null");
                }
            }
            try (SSLSocket socket = connect(server, certificates.clientContext(null))) {
                echoes(socket, "still here");
            }
        }
    }

    @Test
    void peerThatLeavesInTheHandshakeIsAnEndOfFile() throws Exception {
        try (EchoServer server = new EchoServer(plainSettings())) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.getOutputStream().write(new byte[] {0x16, 3, 1});
                socket.shutdownOutput();
                assertThat(server.outcome()).isEqualTo("EOF");
            }
        }
    }

    @Test
    void recordsMayArriveByteByByte() throws Exception {
        try (EchoServer server = new EchoServer(plainSettings());
                Socket raw = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            raw.setTcpNoDelay(true);
            try (Dribbling slow = new Dribbling(raw);
                    SSLSocket socket =
                            (SSLSocket)
                                    certificates
                                            .clientContext(null)
                                            .getSocketFactory()
                                            .createSocket(slow, "localhost", raw.getPort(), true)) {
                echoes(socket, "drop by drop");
                assertThat(server.outcome()).isEqualTo("secured");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bigTransfersBothWaysArriveWhole(String protocol) throws Exception {
        byte[] data = new byte[24 << 20];
        new Random(5).nextBytes(data);
        try (EchoServer server = new EchoServer(plainSettings());
                SSLSocket socket = connect(server, certificates.clientContext(null))) {
            socket.setEnabledProtocols(new String[] {protocol});
            socket.startHandshake();
            List<Throwable> failures = new ArrayList<>();
            Thread writer =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            socket.getOutputStream().write(data);
                                        } catch (IOException failed) {
                                            failures.add(failed);
                                        }
                                    });
            byte[] back = socket.getInputStream().readNBytes(data.length);
            writer.join();
            assertThat(failures).isEmpty();
            assertThat(Arrays.equals(back, data)).isTrue();
        }
    }

    @Test
    void renegotiationIsRefused() throws Exception {
        try (EchoServer server = new EchoServer(plainSettings());
                SSLSocket socket = connect(server, certificates.clientContext(null))) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            echoes(socket, "x");
            assertThatThrownBy(
                            () -> {
                                socket.startHandshake();
                                echoes(socket, "y");
                            })
                    .isInstanceOfAny(IOException.class, AssertionError.class);
            assertThat(server.end()).isEqualTo("tls: renegotiation refused");
        }
    }

    @Test
    void keyUpdateIsAnswered() throws Exception {
        try (EchoServer server = new EchoServer(plainSettings());
                SSLSocket socket = connect(server, certificates.clientContext(null))) {
            socket.setEnabledProtocols(new String[] {"TLSv1.3"});
            echoes(socket, "before");
            socket.startHandshake();
            echoes(socket, "after");
            assertThat(server.outcome()).isEqualTo("secured");
        }
    }

    @Test
    void serverNameChoosesAmongCertificatesOfAKind() throws Exception {
        try (EchoServer server = new EchoServer(showing("client", "second", "star"))) {
            assertThat(shownTo(server, "second.test")).isEqualTo("CN=second");
            assertThat(shownTo(server, "app.test")).isEqualTo("CN=app,O=rec");
            assertThat(shownTo(server, "One.star.test")).isEqualTo("CN=star");
            assertThat(shownTo(server, "one.two.star.test")).isEqualTo("CN=app,O=rec");
            assertThat(shownTo(server, "star.test")).isEqualTo("CN=app,O=rec");
        }
    }

    @Test
    void clientIsShownACertificateOfAKindThatItKnows() throws Exception {
        String authority = "ecdsa_secp384r1_sha384";
        try (EchoServer server = new EchoServer(showing("second", "server", "edwards"))) {
            assertThat(
                            shownTo(
                                    server,
                                    to ->
                                            to.setSignatureSchemes(
                                                    array("ecdsa_secp256r1_sha256", authority))))
                    .isEqualTo("CN=second");
            for (String rsa : List.of("rsa_pss_rsae_sha256", "rsa_pss_rsae_sha512")) {
                assertThat(shownTo(server, to -> to.setSignatureSchemes(array(rsa, authority))))
                        .isEqualTo("CN=server");
            }
            assertThat(shownTo(server, to -> to.setSignatureSchemes(array("ed25519", authority))))
                    .isEqualTo("CN=edwards");
            assertThat(shownTo(server, to -> speaks12(to, "ECDSA"))).isEqualTo("CN=second");
            assertThat(shownTo(server, to -> speaks12(to, "RSA"))).isEqualTo("CN=server");
        }
    }

    @Test
    void clientWithSuitesForBothKindsAndSignaturesOfOneIsShownThatOne() throws Exception {
        String[] rsa = array("rsa_pss_rsae_sha256", "rsa_pkcs1_sha256", "rsa_pkcs1_sha384");
        try (EchoServer server = new EchoServer(showing("second", "alone"))) {
            for (String protocol : List.of("TLSv1.2", "TLSv1.3")) {
                assertThat(
                                shownTo(
                                        server,
                                        to -> {
                                            to.setProtocols(array(protocol));
                                            to.setSignatureSchemes(rsa);
                                        }))
                        .isEqualTo("CN=alone");
            }
        }
    }

    private static void speaks12(SSLParameters to, String key) {
        to.setProtocols(array("TLSv1.2"));
        to.setCipherSuites(array("TLS_ECDHE_" + key + "_WITH_AES_128_GCM_SHA256"));
    }

    private static String[] array(String... strings) {
        return strings;
    }

    private static TlsSettings showing(String... aliases) throws Exception {
        List<TlsSettings.KeyPairFiles> pairs = new ArrayList<>();
        for (String alias : aliases) {
            pairs.add(certificates.pair(alias));
        }
        return new TlsSettings(
                pairs, null, ClientCertificates.IGNORED, "1.2", List.of(), List.of());
    }

    private static String shownTo(EchoServer server, String name) throws Exception {
        return shownTo(server, to -> to.setServerNames(List.of(new SNIHostName(name))));
    }

    private static String shownTo(EchoServer server, Consumer<SSLParameters> rules)
            throws Exception {
        try (SSLSocket socket = connect(server, certificates.clientContext(null))) {
            SSLParameters parameters = socket.getSSLParameters();
            rules.accept(parameters);
            socket.setSSLParameters(parameters);
            echoes(socket, "x");
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }

    @Test
    void sessionOfOneListenerIsNotResumedOnAnother() throws Exception {
        SSLContext client = certificates.clientContext("client");
        var elsewhere =
                new TlsSettings(
                        List.of(certificates.pair("server")),
                        certificates.certificate("otherca"),
                        ClientCertificates.REQUIRED,
                        "1.2",
                        List.of(),
                        List.of());
        try (EchoServer one =
                        new EchoServer(settings(ClientCertificates.REQUIRED, "1.2", List.of()));
                EchoServer other = new EchoServer(elsewhere)) {
            try (SSLSocket socket = connect(one, client)) {
                echoes(socket, "x");
            }
            try (SSLSocket socket = connect(other, client)) {
                assertThat(refusal(socket)).isTrue();
                assertThat(other.outcome()).isNotEqualTo("secured");
            }
        }
    }

    @Test
    void versionsAndSuitesOutsideTheListsFail() throws Exception {
        try (EchoServer server =
                        new EchoServer(settings(ClientCertificates.IGNORED, "1.3", List.of()));
                SSLSocket socket = connect(server, certificates.clientContext(null))) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
            assertThat(server.outcome()).isNotEqualTo("secured");
        }
        List<String> only = List.of("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384");
        try (EchoServer server = new EchoServer(settings(ClientCertificates.IGNORED, "1.2", only));
                SSLSocket socket = connect(server, certificates.clientContext(null))) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256"});
            assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
            assertThat(server.outcome()).isNotEqualTo("secured");
        }
    }

    @Test
    void keysInTheirOlderFormsAreRead() throws Exception {
        byte[] rsa = certificates.pkcs8("server");
        assertThat(PemFile.read(certificates.rsaKey("server")).privateKey().getEncoded())
                .isEqualTo(rsa);
        for (boolean curveInside : new boolean[] {true, false}) {
            var key = PemFile.read(certificates.ecKey("second", curveInside)).privateKey();
            var expected = PemFile.read(certificates.key("second")).privateKey();
            assertThat(((java.security.interfaces.ECPrivateKey) key).getS())
                    .isEqualTo(((java.security.interfaces.ECPrivateKey) expected).getS());
        }
    }

    @Test
    void faultsAreSaidWithTheirFile() throws Exception {
        Path missing = directory.resolve("missing.pem");
        Path empty = Files.writeString(directory.resolve("empty.pem"), "nothing here\n");
        Path odd = certificates.pem("odd.pem", "CERTIFICATE", new byte[] {1, 2, 3});
        Path oddKey = certificates.pem("odd.key", "PRIVATE KEY", new byte[] {1, 2, 3});
        Path good = certificates.certificate("server");
        assertFault(missing, missing, "no such file: " + missing);
        assertFault(empty, empty, "no certificate in " + empty);
        assertFault(odd, odd, "malformed certificate in " + odd);
        assertFault(good, empty, "no private key in " + empty);
        assertFault(good, oddKey, "cannot use the private key in " + oddKey);
        Path other = certificates.key("second");
        assertFault(good, other, "the key in " + other + " is not that of " + good);
    }

    private static void assertFault(Path certificate, Path key, String text) {
        var broken =
                new TlsSettings(
                        List.of(new TlsSettings.KeyPairFiles(certificate, key)),
                        null,
                        ClientCertificates.IGNORED,
                        "1.2",
                        List.of(),
                        List.of());
        assertThatThrownBy(() -> TlsContext.load(broken))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(text);
    }

    @Test
    void unknownSuitesCurvesAndVersionsAreSaid() throws Exception {
        List<String> odd = List.of("TLS_ODD");
        assertThatThrownBy(() -> TlsContext.load(settings(ClientCertificates.IGNORED, "1.2", odd)))
                .hasMessageContaining("TLS_ODD");
        assertThatThrownBy(
                        () ->
                                TlsContext.load(
                                        settings(ClientCertificates.IGNORED, "1.1", List.of())))
                .hasMessageContaining("1.1");
        List<String> goNames = List.of("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305");
        assertThat(TlsContext.load(settings(ClientCertificates.IGNORED, "1.2", goNames)))
                .isNotNull();
    }

    @Test
    void idleConnectionsKeepLittle() throws Exception {
        int count = 200;
        SSLContext context = certificates.clientContext(null);
        try (EchoServer server = new EchoServer(plainSettings())) {
            List<SSLSocket> clients = new ArrayList<>();
            List<TlsTransport> secured = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                SSLSocket socket = connect(server, context);
                echoes(socket, "x");
                clients.add(socket);
                secured.add(server.secured());
            }
            long both = heapInUse();
            for (TlsTransport transport : secured) {
                assertThat(transport.waitingBytes()).isZero();
            }
            secured.clear();
            for (SSLSocket socket : clients) {
                socket.close();
            }
            clients.clear();
            for (int i = 0; i < count; i++) {
                assertThat(server.end()).isEqualTo("ended");
            }
            System.out.println(
                    "heap of an idle connection, client and server together: "
                            + (both - heapInUse()) / count
                            + " bytes");
        }
    }

    private static long heapInUse() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    /** A socket that sends each byte on its own. */
    private static final class Dribbling extends Socket {
        private final Socket real;

        Dribbling(Socket real) {
            this.real = real;
        }

        @Override
        public java.io.InputStream getInputStream() throws IOException {
            return real.getInputStream();
        }

        @Override
        public OutputStream getOutputStream() throws IOException {
            OutputStream out = real.getOutputStream();
            return new OutputStream() {
                @Override
                public void write(int one) throws IOException {
                    out.write(one);
                    out.flush();
                }
            };
        }

        @Override
        public boolean isConnected() {
            return true;
        }

        @Override
        public synchronized void close() throws IOException {
            real.close();
        }
    }
}
