package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.millrace.broker.Server;
import io.millrace.config.MonitorOptions;
import io.millrace.config.Options;
import io.millrace.config.OptionsBuilder;
import io.millrace.net.NioLoop;
import io.millrace.runtime.Clock;
import io.millrace.runtime.Log;
import io.millrace.runtime.Randomness;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * Whatever is asked for, the answer is a page, or says what is wrong with the request; never that
 * something is wrong with the server.
 */
final class RequestFuzzTest {
    private static NioLoop loop;
    private static Monitor monitor;
    private static Socket client;

    @BeforeAll
    static void startServerWithAClient() throws IOException {
        loop = new NioLoop("io", Clock.system(), Log.none());
        OptionsBuilder builder = new OptionsBuilder();
        builder.host = "127.0.0.1";
        builder.port = -1;
        builder.monitor = new MonitorOptions("127.0.0.1", -1, 0, "base");
        Options options = builder.build();
        Server server = new Server(options, loop, Randomness.seeded(1), Log.none(), Runnable::run);
        loop.start();
        monitor = Monitor.start(server, () -> null, options, null, Log.none());
        server.listen();
        client = new Socket(InetAddress.getLoopbackAddress(), server.port());
        client.getOutputStream()
                .write(
                        "CONNECT {\"verbose\":false}\r\nSUB a.* q 1\r\nSUB > 2\r\nPING\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
        BufferedReader heard =
                new BufferedReader(
                        new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
        String line = heard.readLine();
        while (line != null && !line.equals("PONG")) {
            line = heard.readLine();
        }
    }

    @AfterAll
    static void stop() throws IOException {
        client.close();
        monitor.close();
        loop.close();
    }

    @FuzzTest(maxDuration = "2m")
    void theServerIsNeverAtFault(byte[] input) {
        URI asked;
        try {
            asked = new URI(new String(input, StandardCharsets.ISO_8859_1));
        } catch (URISyntaxException refused) {
            return; // by the JDK's server, with 400
        }
        Page page = monitor.answer(asked);

        assertThat(page.status()).isIn(200, 400, 404);
        assertThat(monitor.requests().size()).isLessThan(20);
    }
}
