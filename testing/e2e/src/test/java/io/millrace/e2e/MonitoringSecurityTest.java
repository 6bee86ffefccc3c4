package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Published holes of the past in the monitoring pages and in what the system account answers. */
final class MonitoringSecurityTest {
    @AutoClose private static ServerProcess server;

    @BeforeAll
    static void start() {
        server =
                ServerProcess.startMonitored(
                        """
                        accounts {
                          A { users: [{user: a, password: sesame}] }
                          SYS { users: [{user: system, password: pw}] }
                        }
                        system_account: SYS
                        """);
    }

    /** secnote-2026-28: paging far behind the end. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/connz?offset=9223372036854775807&limit=1",
                "/connz?offset=9223372036854775807&limit=9223372036854775807",
                "/connz?offset=1000&limit=9223372036854775807",
                "/connz?offset=2147483647&limit=2147483647",
            })
    void anOffsetBehindTheEndIsAnEmptyPage(String path) {
        HttpResponse<String> answer = server.http(path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).containsPattern("\"num_connections\": ?0");
        server.assertServing();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/connz?offset=-1&limit=-5",
                "/connz?offset=-9223372036854775808&limit=1",
                "/subsz?subs=1&offset=9223372036854775807&limit=1",
                "/subsz?subs=1&offset=9223372036854775807&limit=9223372036854775807",
                "/subsz?subs=1&offset=-1&limit=-1",
            })
    void oddPagesAreAnswered(String path) {
        assertThat(server.http(path).statusCode()).isEqualTo(200);
        server.assertServing();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"offset\":9223372036854775807,\"limit\":1}",
                "{\"offset\":9223372036854775807,\"limit\":9223372036854775807}",
            })
    void theSystemAccountAnswersWithAnEmptyPageToo(String request) {
        try (RawClient system = RawClient.login(server.port(), "system")) {
            system.send("SUB answer 1\r\n");
            system.send(
                    "PUB $SYS.REQ.SERVER.PING.CONNZ answer %d\r\n%s\r\n"
                            .formatted(request.length(), request));
            String line = system.readLine();
            while (!line.contains("\"num_connections\"")) {
                assertThat(line).isNotEqualTo("[closed]");
                line = system.readLine();
            }
            assertThat(line).contains("\"num_connections\":0");
            server.assertServing();
        }
    }

    @Test
    void anOrdinaryAccountSeesItsOwnConnectionsOnly() {
        try (RawClient a = RawClient.connect(server.port(), "\"user\":\"a\",\"pass\":\"sesame\"")) {
            String request = "{\"offset\":9223372036854775807,\"limit\":1}";
            a.send("SUB answer 1\r\n");
            a.send(
                    "PUB $SYS.REQ.ACCOUNT.PING.CONNZ answer %d\r\n%s\r\n"
                            .formatted(request.length(), request));
            String line = a.readLine();
            while (!line.contains("\"num_connections\"")) {
                assertThat(line).isNotEqualTo("[closed]");
                line = a.readLine();
            }
            assertThat(line).contains("\"num_connections\":0");
            a.send("SUB $SYS.> 2\r\n");
            assertThat(a.ping()).noneMatch(l -> l.contains("\"acc\":\"SYS\""));
            server.assertServing();
        }
    }

    /** secnote-2026-05. */
    @Test
    void noPasswordShowsAmongTheConnections() {
        try (RawClient a = RawClient.connect(server.port(), "\"user\":\"a\",\"pass\":\"sesame\"")) {
            assertThat(a.ping()).isEmpty();
            assertThat(server.http("/connz?auth=true&state=any&subs=detail").body())
                    .contains("\"authorized_user\": \"a\"")
                    .doesNotContain("sesame");
            assertThat(server.http("/varz").body()).doesNotContain("sesame");
            assertThat(server.http("/accountz?acc=A").body()).doesNotContain("sesame");
        }
    }

    /** secnote-2026-14: the command line of the process is no place to read passwords. */
    @ParameterizedTest
    @ValueSource(
            strings = {"--user admin --pass sesame", "-user=admin -pass=sesame", "--auth=sesame"})
    void debugVariablesShowNoPasswords(String arguments) {
        try (ServerProcess own = ServerProcess.startMonitored("", arguments.split(" ", -1))) {
            HttpResponse<String> answer = own.http("/debug/vars");
            assertThat(answer.body()).doesNotContain("sesame");
            own.assertServing();
        }
    }

    /** Removed in 2.14.3. */
    @Test
    void nobodyGetsAnswersAsAScript() {
        assertThat(server.http("/varz?callback=steal").body()).startsWith("{");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../../etc/passwd",
                "/%2e%2e/%2e%2e/etc/passwd",
                "/connz?sort=nonsense",
                "/connz?cid=-1",
                "/connz?cid=99999999999999999999999",
                "/connz?state=nonsense",
                "/subsz?test=a..b",
                "/accountz?acc=%00",
                "/jsz?limit=-1",
                "/healthz?js-server-only=nonsense",
            })
    void nonsenseIsAnsweredAndHarmless(String path) {
        HttpResponse<String> answer = server.http(path);
        assertThat(answer.statusCode()).isLessThan(501);
        assertThat(answer.body()).doesNotContain("root:");
        server.assertServing();
    }
}
