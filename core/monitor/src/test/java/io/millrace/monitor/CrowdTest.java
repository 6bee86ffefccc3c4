package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.Server;
import io.millrace.config.MonitorOptions;
import io.millrace.config.Options;
import io.millrace.config.OptionsBuilder;
import io.millrace.runtime.Log;
import io.millrace.runtime.Randomness;
import io.millrace.testkit.SimulatedLoop;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Twenty thousand connections, and somebody who wants to see them all. */
final class CrowdTest {
    private static final int CROWD = 20_000;

    private static Monitor monitor;

    @BeforeAll
    static void gather() throws IOException {
        OptionsBuilder builder = new OptionsBuilder();
        builder.monitor = new MonitorOptions("127.0.0.1", -1, 0, "");
        Options options = builder.build();
        SimulatedLoop loop = new SimulatedLoop();
        Server server = new Server(options, loop, Randomness.seeded(1), Log.none(), Runnable::run);
        server.listen();
        for (int i = 0; i < CROWD; i++) {
            loop.connect().say("CONNECT {\"name\":\"c" + i + "\"}\r\nSUB a." + i + " 1\r\n");
        }
        loop.settle();
        monitor = Monitor.start(server, () -> null, options, null, Log.none());
    }

    @AfterAll
    static void leave() {
        monitor.close();
    }

    private static String page(String path) {
        Page page = monitor.answer(URI.create(path));
        assertThat(page.status()).isEqualTo(200);
        return page.body();
    }

    private static long times(String found, String page) {
        return Pattern.compile(found, Pattern.LITERAL).matcher(page).results().count();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&subs=1", "&subs=detail&auth=1", "&sort=subs", "&sort=idle"})
    void everybodyIsShownOnceToWhomAsksForAMillion(String how) {
        String page = page("/connz?limit=1000000" + how);

        assertThat(page).contains("\"num_connections\": 20000,", "\"total\": 20000,");
        assertThat(times("\"cid\": ", page)).isEqualTo(how.contains("detail") ? 2L * CROWD : CROWD);
        assertThat(page).contains("\"name\": \"c0\"", "\"name\": \"c19999\"");
    }

    @Test
    void whoDoesNotAskForMoreGetsAPage() {
        String page = page("/connz?offset=19000");

        assertThat(page).contains("\"num_connections\": 1000,", "\"total\": 20000,");
        assertThat(page("/connz")).contains("\"num_connections\": 1024,");
    }

    @Test
    void everySubscriptionIsShownToWhomAsksForAMillion() {
        String page = page("/subsz?subs=1&limit=1000000");

        assertThat(times("\"subject\": \"a.", page)).isEqualTo(CROWD);
    }

    @Test
    void metricsStaySmall() {
        String metrics =
                new String(monitor.scrape(null, null, null).body(), StandardCharsets.UTF_8);

        assertThat(metrics).contains("gnatsd_connz_num_connections{").contains("} 20000\n");
        assertThat(metrics.length()).isLessThan(200_000);
    }
}
