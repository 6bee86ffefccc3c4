package io.millrace.bridges.gitlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.bridges.common.Fields;
import io.millrace.bridges.common.Secret;
import io.millrace.protocol.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Alertmanager, jobs of a pipeline, and whoever else posts. */
final class OtherSourcesTest {
    private static final String ALERTS =
            """
            {"version":"4","groupKey":"{}:{alertname=\\"DiskFull\\"}","receiver":"nats","status":"firing",
             "externalURL":"http://alerts.example.org","alerts":[
              {"status":"firing","labels":{"alertname":"DiskFull","severity":"critical","host":"n1"},
               "annotations":{"summary":"n1 has 2% left"},"startsAt":"2026-11-27T10:00:00Z",
               "endsAt":"0001-01-01T00:00:00Z","fingerprint":"c0ffee"},
              {"status":"resolved","labels":{"alertname":"a.b >","severity":"*"},
               "startsAt":"2026-11-27T09:00:00Z","fingerprint":"beef"},
              {"status":"firing","labels":{}}]}
            """;

    private final HookToken token = HookToken.bearer(new Secret("s3cret"));

    @Test
    void everyAlertHasItsSubject() throws Exception {
        List<Announcement> said =
                new AlertSource("ALERTS", token).read(Samples.call(Map.of(), ALERTS));
        assertThat(said)
                .extracting(Announcement::subject)
                .containsExactly("alerts.critical.DiskFull", "alerts.-.a-b--", "alerts.none.none");
        assertThat(said.getFirst().id()).isEqualTo("alert/c0ffee/2026-11-27T10:00:00Z/firing");
        var body = JsonTree.parse(new String(said.getFirst().body(), StandardCharsets.UTF_8));
        assertThat(Fields.text(body, "summary")).isEqualTo("n1 has 2% left");
        assertThat(Fields.text(body, "labels", "host")).isEqualTo("n1");
        assertThat(Fields.text(body, "receiver")).isEqualTo("nats");
    }

    @Test
    void whatIsNotAnAlertIsRefused() {
        for (String bad : List.of("{}", "{\"alerts\":{}}", "{\"alerts\":[1]}", "[]")) {
            assertThatThrownBy(() -> new AlertSource("A", token).read(Samples.call(Map.of(), bad)))
                    .isInstanceOf(Refused.class);
        }
    }

    @Test
    void aBearerTokenIsAskedFor() throws Exception {
        token.check(Samples.call(Map.of("authorization", "Bearer s3cret"), "").headers());
        for (String wrong : List.of("Bearer s3cre", "s3cret", "Basic s3cret", "Bearer ", "")) {
            Call call = Samples.call(Map.of("Authorization", wrong), "");
            assertThatThrownBy(() -> token.check(call.headers())).isInstanceOf(Refused.class);
        }
        Call none = Samples.call(Map.of(), "");
        assertThatThrownBy(() -> token.check(none.headers())).isInstanceOf(Refused.class);
    }

    @Test
    void aJobThatAnnouncesItselfHasTheIdOfItsHook() throws Exception {
        String body =
                "{\"instance\":\"https://git.example.org\",\"job\":\"55103\",\"status\":\"failed\"}";
        Announcement own =
                new JobSource("GITLAB", token)
                        .read(Samples.call(Map.of(), body, "deploy", "complete"))
                        .getFirst();
        assertThat(own.subject()).isEqualTo("gitlab.deploy.complete");
        assertThat(own.id()).isEqualTo("git-example-org/deploy/55103/failed");
    }

    @Test
    void aJobWithoutANumberOrAKnownKindIsRefused() {
        JobSource source = new JobSource("GITLAB", token);
        assertThatThrownBy(() -> source.read(Samples.call(Map.of(), "{}", "build", "start")))
                .isInstanceOf(Refused.class);
        assertThatThrownBy(() -> source.read(Samples.call(Map.of(), "{\"job\":1}", "rm", "start")))
                .isInstanceOf(Refused.class);
    }

    @Test
    void othersAreToldApartByTheirOwnHeader() throws Exception {
        PlainSource source = new PlainSource("github", "WEBHOOKS", token, "X-GitHub-Delivery");
        Announcement said =
                source.read(Samples.call(Map.of("x-github-delivery", "42"), "{\"a\":1}"))
                        .getFirst();
        assertThat(said.subject()).isEqualTo("webhooks.github");
        assertThat(said.id()).isEqualTo("github/42");
        assertThat(source.read(Samples.call(Map.of(), "{}")).getFirst().id()).isEmpty();
    }
}
