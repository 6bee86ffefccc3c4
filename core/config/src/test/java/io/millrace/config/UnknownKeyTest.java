package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UnknownKeyTest {
    private static ConfigException refused(String text) {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        return catchThrowableOfType(
                ConfigException.class, () -> ConfigFile.load("x.conf", content, Map.of()));
    }

    @Test
    void theNearestNameIsSaidBesideTheErrorAndNotInIt() {
        ConfigException refused = refused("port: 1\nmax_paylod: 1\n");

        assertThat(refused).hasMessage("x.conf:2:1: unknown field \"max_paylod\"\n");
        assertThat(refused.hints()).containsExactly("x.conf:2:1: did you mean \"max_payload\"?");
    }

    @ParameterizedTest
    @CsvSource({
        "tls { certfile: x },cert_file",
        "authorization { permisions: {} },permissions",
        "authorization { users: [{usr: a}] },user",
        "Prot: 1,port",
        "accounts { A { limits { max_cons: 1 } } },max_conn",
        "max_conections: 1,max_connections",
    })
    void namesAreLookedForInTheSameBlock(String text, String meant) {
        assertThat(refused(text).hints())
                .singleElement()
                .asString()
                .endsWith("did you mean \"" + meant + "\"?");
    }

    @ParameterizedTest
    @CsvSource({"nope: 1", "aaa: 1", "u: 1", "certificate: x", "max: 1"})
    void aNameThatIsFarFromAllOthersGetsNoHint(String text) {
        assertThat(refused(text).hints()).isEmpty();
    }
}
