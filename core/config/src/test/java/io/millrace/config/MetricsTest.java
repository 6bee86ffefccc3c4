package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a file may say about /metrics. */
final class MetricsTest {
    @Test
    void withoutAWordEverythingButSingleConnectionsIsShown() {
        MetricsOptions metrics = Options.defaults().metrics();

        assertThat(metrics.enabled()).isTrue();
        assertThat(metrics.perStream()).isTrue();
        assertThat(metrics.perConsumer()).isTrue();
        assertThat(metrics.perConnection()).isFalse();
        assertThat(metrics.names()).containsExactly("exporter", "surveyor", "millrace");
    }

    @Test
    void aFileMayLimitIt() throws ConfigException {
        MetricsOptions metrics =
                read(
                        """
                        millrace { metrics {
                          max_series: 1000, per_stream: false, per_consumer: false
                          per_connection: true, names: [helm]
                        } }
                        """);

        assertThat(metrics)
                .isEqualTo(new MetricsOptions(true, 1000, false, false, true, List.of("helm")));
    }

    @Test
    void namesThatNobodyKnowsAreRefusedWithThoseThereAre() {
        assertThatThrownBy(() -> read("millrace { metrics { names: [exporter, grafana] } }"))
                .hasMessageContaining("exporter, helm, surveyor, millrace, not \"grafana\"");
    }

    @Test
    void aNegativeLimitIsRefused() {
        assertThatThrownBy(() -> read("millrace { metrics { max_series: -1 } }"))
                .hasMessageContaining("max_series needs to be positive");
    }

    @Test
    void aReloadMaySwitchItOff() throws ConfigException {
        Options off = options("millrace { metrics { enabled: false } }");

        assertThat(Reload.between(Options.defaults(), off))
                .isInstanceOfSatisfying(
                        Reload.Accepted.class,
                        accepted ->
                                assertThat(accepted.changes())
                                        .extracting(Reload.Change::logText)
                                        .contains("Reloaded: metrics"));
    }

    private static MetricsOptions read(String file) throws ConfigException {
        return options(file).metrics();
    }

    private static Options options(String file) throws ConfigException {
        byte[] content = file.getBytes(StandardCharsets.UTF_8);
        return ConfigFile.load("c.conf", content, Map.of()).options();
    }
}
