package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.JsonPage;
import java.util.List;
import org.junit.jupiter.api.Test;

final class HealthTest {
    private static String json(Health health, boolean withCode) {
        JsonPage page = JsonPage.compact().object(null);
        health.write(page, withCode);
        return page.endObject().toString();
    }

    @Test
    void whatIsLostForGoodIsListedAndNothingIsUnavailableForIt() {
        Health health =
                new Health(
                        Health.OK,
                        true,
                        List.of(new Health.Problem("STREAM", "A", "S", "", "has lost 2")));
        assertThat(json(health, false))
                .isEqualTo(
                        "{\"status\":\"ok\",\"errors\":[{\"type\":\"STREAM\",\"account\":\"A\","
                                + "\"stream\":\"S\",\"error\":\"has lost 2\"}]}");
    }

    @Test
    void theCodeIsSaidWhereHttpDoesNotCarryIt() {
        assertThat(json(new Health(Health.OK, false, List.of()), true))
                .isEqualTo("{\"status\":\"ok\",\"status_code\":200}");
    }

    @Test
    void theLogQuotesTheOnlyProblemAndCountsThoseThatAreListed() {
        List<Health.Problem> problems = List.of(Health.Problem.of("STREAM", "no \"X\""));
        assertThat(new Health(Health.NOT_FOUND, false, problems).complaint())
                .isEqualTo("\"no \\\"X\\\"\"");
        assertThat(new Health(Health.NOT_FOUND, true, problems).complaint()).isEqualTo("1 errors");
    }
}
