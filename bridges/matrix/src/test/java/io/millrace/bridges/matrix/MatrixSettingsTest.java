package io.millrace.bridges.matrix;

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

/** The Matrix bridge's configuration: what is wrong is said before anything is begun. */
final class MatrixSettingsTest {
    private static final String SERVER =
            "\"matrix\":{\"homeserver\":\"https://m.example.org\",\"access_token_file\":\"token\"}";
    private static final String ROOM =
            "\"name\":\"ops\",\"room\":\"#ops:example.org\",\"stream\":\"S\",\"subjects\":[\"a.>\"]";

    @TempDir private Path folder;

    @BeforeEach
    void writeToken() throws Exception {
        Files.writeString(folder.resolve("token"), "t\n");
    }

    private void read(String inside) throws Exception {
        Path file = folder.resolve("matrix.json");
        Files.writeString(file, "{" + inside + "}");
        Settings settings = Settings.read(file.toString(), Map.of());
        assertThat(MatrixSettings.plan(settings)).isNotNull();
        settings.refuseUnknown();
    }

    @Test
    void aRoomAndAServerAreEnough() throws Exception {
        read(SERVER + ",\"rooms\":[{" + ROOM + "}]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "'rooms':[] ~ matrix.homeserver: is missing",
                "'matrix':{'homeserver':'m.example.org'} ~ matrix.homeserver: must be like"
                        + " https://",
                "'matrix':{'homeserver':'https://a'} ~ matrix.access_token_file: is missing",
                "SERVER ~ rooms: is missing, and so is commands",
                "SERVER,'rooms':[{'name':'a b'}] ~ rooms[0].name: has letters",
                "SERVER,'rooms':[{'name':'a','room':'ops','stream':'S','subjects':['a']}]"
                        + " ~ rooms[0].room: 'ops' is neither",
                "SERVER,'rooms':[{ROOM},{ROOM}] ~ rooms[1].name: 'ops' is taken",
                "SERVER,'rooms':[{ROOM,'except':['a..b']}] ~ rooms[0].except: 'a..b' is not a"
                        + " subject",
                "SERVER,'rooms':[{ROOM,'templates':[{'text':'{{exec}}'}]}]"
                        + " ~ rooms[0].templates[0].text: {{exec}} is none of",
                "SERVER,'rooms':[{ROOM,'colour':1}] ~ rooms[0].colour: there is no such key",
                "SERVER,'commands':{'rooms':['!x'],'users':['ann']} ~ commands.users: 'ann' is not",
                "SERVER,'commands':{'rooms':['!x']} ~ commands.users: is missing",
                "SERVER,'commands':{'rooms':['!x'],'users':['@a:b'],'max_age':'2h'}"
                        + " ~ commands.max_age: must not be longer",
            })
    void aMistakeIsSaidWithItsKey(String inside, String message) {
        String json = inside.replace("'", "\"").replace("SERVER", SERVER).replace("ROOM", ROOM);
        assertThatThrownBy(() -> read(json.strip()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("matrix.json: " + message.strip());
    }
}
