package io.millrace.bridges.gitlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.bridges.common.Settings;
import io.millrace.bridges.common.SettingsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The webhook bridge's configuration: nobody gets in without a secret. */
final class WebhookSettingsTest {
    @TempDir private Path folder;

    @BeforeEach
    void writeSecrets() throws Exception {
        Files.writeString(folder.resolve("token"), "t\n");
        Files.writeString(folder.resolve("empty"), "\n");
        Files.writeString(folder.resolve("signing"), Samples.secret("signing-token"));
    }

    private void read(String inside) throws Exception {
        Path file = folder.resolve("gitlab.json");
        Files.writeString(file, "{" + inside.replace("'", "\"") + "}");
        Settings settings = Settings.read(file.toString(), Map.of());
        assertThat(WebhookSettings.plan(settings)).isNotNull();
        settings.refuseUnknown();
    }

    @Test
    void aTokenOrASigningTokenIsEnough() throws Exception {
        read("'gitlab':{'token_file':'token'}");
        read("'gitlab':{'signing_token_file':'signing'}");
        read("'hooks':{'github':{'token_file':'token'}}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "'listen':':1' ~ gitlab: is missing, and so are ci, alertmanager and hooks",
                "'gitlab':{} ~ gitlab.token_file: is missing, and so is signing_token_file",
                "'gitlab':{'token_file':'empty'} ~ gitlab.token_file: ",
                "'gitlab':{'signing_token_file':'token'} ~ gitlab.signing_token_file: must hold"
                        + " whsec_",
                "'gitlab':{'token_file':'token','token':'x'} ~ gitlab.token: a secret does not"
                        + " belong",
                "'alertmanager':{} ~ alertmanager.token_file: is missing",
                "'hooks':{'gitlab':{'token_file':'token'}} ~ hooks.gitlab: a hook's name",
                "'hooks':{'a.b':{'token_file':'token'}} ~ hooks.a.b: a hook's name",
                "'ci':{'token_file':'token'},'streams':{'gitlab':{'max_age':'1h'}}"
                        + " ~ streams.gitlab.duplicate_window: must not be longer",
                "'ci':{'token_file':'token'},'max_body_bytes':1.5 ~ max_body_bytes: must be a"
                        + " whole",
            })
    void aMistakeIsSaidWithItsKey(String inside, String message) {
        assertThatThrownBy(() -> read(inside))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("gitlab.json: " + message);
    }
}
