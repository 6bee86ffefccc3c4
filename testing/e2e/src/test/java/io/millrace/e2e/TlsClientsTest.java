package io.millrace.e2e;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** TLS in its variants, by the official clients of four languages. */
final class TlsClientsTest {
    private static Certificates certificates;
    @AutoClose private static ServerProcess plain;
    @AutoClose private static ServerProcess verifying;
    @AutoClose private static ServerProcess mapping;
    @AutoClose private static ServerProcess first;

    @BeforeAll
    static void start() {
        certificates = Certificates.create();
        plain = ServerProcess.start(certificates.serverBlock());
        verifying = ServerProcess.start(certificates.serverBlock("verify: true"));
        mapping =
                ServerProcess.start(
                        certificates.serverBlock("verify_and_map: true")
                                + "authorization { users: [{user: \"client@e2e.example\"}] }\n");
        first = ServerProcess.start(certificates.serverBlock("handshake_first: true"));
    }

    static Stream<OfficialClient> clients() {
        return Clients.all();
    }

    private static void login(
            OfficialClient client, ServerProcess server, Map<String, String> options) {
        client.assumeInstalled();
        client.play(Scenario.LOGIN, server.url().replace("127.0.0.1", "localhost"), options);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void theServerProvesItself(OfficialClient client) {
        login(client, plain, certificates.trusting());
    }

    @ParameterizedTest
    @MethodSource("clients")
    void bothProveThemselves(OfficialClient client) {
        login(client, verifying, certificates.trustingAs("client"));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void aClientWithoutCertificateStaysOutside(OfficialClient client) {
        client.assumeInstalled();
        Map<String, String> options = new HashMap<>(certificates.trusting());
        options.put("reason", "");
        client.play(Scenario.REFUSED, verifying.url().replace("127.0.0.1", "localhost"), options);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void theCertificateNamesTheUser(OfficialClient client) {
        login(client, mapping, certificates.trustingAs("client"));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void tlsComesBeforeInfo(OfficialClient client) {
        Map<String, String> options = new HashMap<>(certificates.trusting());
        options.put("first", "true");
        login(client, first, options);
    }
}
