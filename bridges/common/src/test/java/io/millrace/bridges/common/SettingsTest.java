package io.millrace.bridges.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.Clock;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Configuration files: what is wrong is said with file and key. */
final class SettingsTest {
    @TempDir private Path folder;

    private Settings settings(String json) throws Exception {
        return settings(json, Map.of());
    }

    private Settings settings(String json, Map<String, String> environment) throws Exception {
        Path file = folder.resolve("bridge.json");
        Files.writeString(file, json);
        return Settings.read(file.toString(), environment);
    }

    @Test
    void aMistakeNamesFileAndKey() throws Exception {
        Settings settings = settings("{\"nats\":{\"urls\":7}}");
        assertThatThrownBy(() -> NatsSettings.read(settings))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(
                        "bridge.json: nats.urls: must be a list of texts, not number");
    }

    @Test
    void anUnknownKeyIsRefusedAndTheKnownOnesAreNamed() throws Exception {
        Settings settings = settings("{\"listen\":\":1\",\"lisen\":\":2\"}");
        settings.address("listen", ":0");
        assertThatThrownBy(settings::refuseUnknown)
                .hasMessageContaining("lisen: there is no such key; there are listen");
    }

    @Test
    void aSecretInTheConfigurationIsRefusedWithoutRepeatingIt() throws Exception {
        Settings settings = settings("{\"token\":\"hunter2\"}");
        assertThatThrownBy(settings::refuseUnknown)
                .hasMessageContaining("token_file")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void anEmptySecretIsRefused() throws Exception {
        Files.writeString(folder.resolve("empty"), " \n");
        Settings settings = settings("{\"token_file\":\"empty\",\"other_file\":\"missing\"}");
        assertThatThrownBy(() -> settings.secret("token")).hasMessageContaining("is empty");
        assertThatThrownBy(() -> settings.secret("other")).hasMessageContaining("no such file");
    }

    @Test
    void secretsComeFromSystemdsCredentialsFirst() throws Exception {
        Path credentials = Files.createDirectory(folder.resolve("credentials"));
        Files.writeString(credentials.resolve("token"), "from systemd\n");
        Files.writeString(folder.resolve("token"), "from beside");
        Files.writeString(folder.resolve("only-beside"), "here");
        Settings settings =
                settings(
                        "{\"a_file\":\"token\",\"b_file\":\"$CREDENTIALS_DIRECTORY/token\","
                                + "\"c_file\":\"only-beside\"}",
                        Map.of("CREDENTIALS_DIRECTORY", credentials.toString()));
        assertThat(settings.secret("a").reveal()).isEqualTo("from systemd");
        assertThat(settings.secret("b").reveal()).isEqualTo("from systemd");
        assertThat(settings.secret("c").reveal()).isEqualTo("here");
        assertThat(settings.secret("a").toString()).doesNotContain("systemd");
    }

    @Test
    void aLoginIsWholeOrNot() throws Exception {
        Files.writeString(folder.resolve("password"), "x");
        Settings half = settings("{\"nats\":{\"user\":\"gitlab\"}}");
        assertThatThrownBy(() -> NatsSettings.read(half))
                .hasMessageContaining("nats.password_file: is missing");
        Settings inUrl = settings("{\"nats\":{\"urls\":[\"nats://a:b@host\"]}}");
        assertThatThrownBy(() -> NatsSettings.read(inUrl)).hasMessageContaining("password_file");
        Settings web = settings("{\"nats\":{\"urls\":[\"http://host:80/\"]}}");
        assertThatThrownBy(() -> NatsSettings.read(web)).hasMessageContaining("nats://host:4222");
        NatsSettings whole =
                NatsSettings.read(
                        settings(
                                "{\"nats\":{\"user\":\"gitlab\",\"password_file\":\"password\"}}"));
        assertThat(whole.toString()).doesNotContain("=x");
        assertThat(whole.urls()).isEqualTo(List.of("nats://127.0.0.1:4222"));
    }

    @Test
    void timesAndAddressesAreWrittenAsPeopleWriteThem() throws Exception {
        Settings settings =
                settings("{\"a\":\"7d\",\"b\":\"7 days\",\"c\":\"[::1]:80\",\"d\":\"80\"}");
        assertThat(settings.duration("a", Duration.ZERO)).isEqualTo(Duration.ofDays(7));
        assertThatThrownBy(() -> settings.duration("b", Duration.ZERO))
                .hasMessageContaining("b: '7 days' is not a time");
        assertThat(settings.address("c", "").getPort()).isEqualTo(80);
        assertThatThrownBy(() -> settings.address("d", "")).hasMessageContaining("127.0.0.1:4195");
    }

    @Test
    void aFileThatIsNotJsonIsRefused() {
        assertThatThrownBy(() -> settings("{\"a\":")).hasMessageContaining("bridge.json: not JSON");
        assertThatThrownBy(() -> settings("[]")).hasMessageContaining("one JSON object");
        assertThatThrownBy(() -> Settings.read(folder.resolve("no").toString(), Map.of()))
                .hasMessageContaining("no such file");
    }

    @Test
    void linesOfTheLogStayLines() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        new ErrorLog(out, Clock.system(), true, false).warn("a\n<0>forged \u001b[31m");
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .isEqualTo("<4>a <0>forged  [31m" + System.lineSeparator());
    }

    @Test
    void countersAreShownAsPrometheusReadsThem() {
        Metrics metrics = new Metrics();
        metrics.counter("a_total", "A.", "source", "x\"y").add(2);
        metrics.gauge("b", "B.", () -> 1);
        assertThat(metrics.text())
                .isEqualTo(
                        """
                        # HELP a_total A.
                        # TYPE a_total counter
                        a_total{source="x\\"y"} 2
                        # HELP b B.
                        # TYPE b gauge
                        b 1
                        """);
    }
}
