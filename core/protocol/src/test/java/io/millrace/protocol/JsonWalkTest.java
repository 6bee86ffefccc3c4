package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** A walk through a JSON text: what it gives, what it steps over, what it refuses. */
final class JsonWalkTest {
    @Test
    void givesFieldsInTheirOrder() throws JsonException {
        try (JsonWalk walk = walk("{\"a\":1,\"b\":\"x\",\"c\":{\"d\":[1,{}]},\"e\":-7}")) {
            walk.enterObject();
            assertThat(walk.field()).isEqualTo("a");
            assertThat(walk.whole()).isEqualTo(1);
            assertThat(walk.field()).isEqualTo("b");
            assertThat(walk.text()).isEqualTo("x");
            assertThat(walk.field()).isEqualTo("c");
            walk.skip();
            assertThat(walk.field()).isEqualTo("e");
            assertThat(walk.whole()).isEqualTo(-7);
            assertThat(walk.field()).isNull();
            walk.end();
        }
    }

    @Test
    void givesAnObjectAsItWasWritten() throws JsonException {
        byte[] bytes =
                "....{\"ä\": { \"k\" : [1, 2] } , \"z\":1}..".getBytes(StandardCharsets.UTF_8);
        try (JsonWalk walk = JsonWalk.of(bytes, 4, bytes.length - 6)) {
            walk.enterObject();
            assertThat(walk.field()).isEqualTo("ä");
            assertThat(walk.objectText()).isEqualTo("{ \"k\" : [1, 2] }");
            assertThat(walk.field()).isEqualTo("z");
            walk.skip();
            assertThat(walk.field()).isNull();
            walk.end();
        }
    }

    @Test
    void refusesWhatIsBrokenOrOfAnotherKind() {
        assertThatThrownBy(() -> walk("[]").enterObject()).hasMessage("expected object");
        assertThatThrownBy(() -> walk("").enterObject()).isInstanceOf(JsonException.class);
        assertThatThrownBy(
                        () -> {
                            JsonWalk walk = walk("{\"a\":99999999999999999999}");
                            walk.enterObject();
                            walk.field();
                            walk.whole();
                        })
                .hasMessage("number out of range");
        assertThatThrownBy(
                        () -> {
                            JsonWalk walk = walk("{\"a\":{\"b\":");
                            walk.enterObject();
                            walk.field();
                            walk.objectText();
                        })
                .isInstanceOf(JsonException.class);
        assertThatThrownBy(
                        () -> {
                            JsonWalk walk = walk("{} {}");
                            walk.skip();
                            walk.end();
                        })
                .isInstanceOf(JsonException.class);
    }

    @Test
    void refusesWhatIsNestedWithoutEnd() {
        for (String bracket : new String[] {"[", "{\"a\":"}) {
            assertThatThrownBy(() -> walk(bracket.repeat(1_000_000)).skip())
                    .isInstanceOf(JsonException.class);
        }
    }

    @Test
    void refusesAStringThatIsBrokenWithin() {
        assertThatThrownBy(() -> walk("\"a\u0001b\"").text()).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> walk("\"a\\xb\"").text()).isInstanceOf(JsonException.class);
    }

    private static JsonWalk walk(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return JsonWalk.of(bytes, 0, bytes.length);
    }
}
