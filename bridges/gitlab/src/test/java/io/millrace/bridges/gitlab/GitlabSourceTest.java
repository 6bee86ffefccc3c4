package io.millrace.bridges.gitlab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.bridges.common.Fields;
import io.millrace.bridges.common.Secret;
import io.millrace.protocol.JsonTree;
import io.millrace.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** GitLab's calls: who may call, and on which subjects it is said. */
final class GitlabSourceTest {
    private static final long SAMPLE_SECONDS = 1_784_014_300;

    private final Secret token = new Secret(Samples.secret("X-Gitlab-Token"));
    private final Secret signingToken = new Secret(Samples.secret("signing-token"));

    private GitlabSource source(long nowSeconds) {
        ManualClock clock = new ManualClock();
        clock.setEpochNanos(TimeUnit.SECONDS.toNanos(nowSeconds));
        return new GitlabSource(
                "GITLAB",
                new HookToken("X-Gitlab-Token", token),
                HookSignature.of(signingToken, clock));
    }

    private static GitlabSource byTokenAlone(String secret) {
        return new GitlabSource(
                "GITLAB", new HookToken("X-Gitlab-Token", new Secret(secret)), null);
    }

    private List<Announcement> accepted(Call call) throws Refused {
        long sent = Long.parseLong(call.header("webhook-timestamp"));
        GitlabSource source = source(sent + 2);
        source.admit(call.headers());
        return source.read(call);
    }

    @ParameterizedTest
    @CsvSource({
        "push,                 push.update,               ",
        "push-branch-deleted,  push.delete,               ",
        "tag-push,             tag_push.create,           ",
        "merge-request-open,   merge_request.open,        ",
        "merge-request-update, merge_request.update,      ",
        "merge-request-merge,  merge_request.merge,       ",
        "pipeline-running,     pipeline.running,          pipeline.running",
        "pipeline-success,     pipeline.success,          pipeline.success",
        "pipeline-failed,      pipeline.failed,           pipeline.failed",
        "job-running,          build.running,             build.start",
        "job-success,          build.success,             build.complete",
        "job-failed,           build.failed,              build.complete",
        "deployment-running,   deployment.running,        deploy.start",
        "deployment-success,   deployment.success,        deploy.complete",
        "deployment-failed,    deployment.failed,         deploy.complete",
        "issue-open,           issue.open,                ",
        "issue-close,          issue.close,               ",
        "note-issue,           note.create,               ",
        "note-merge-request,   note.create,               ",
        "note-confidential,    confidential_note.create,  ",
        "release-create,       release.create,            ",
    })
    void everySampleHasItsSubjects(String sample, String whole, String brief) throws Exception {
        Call call = Samples.call(sample);
        List<Announcement> said = accepted(call);
        assertThat(said.getFirst().subject()).isEqualTo("gitlab.platform-relay." + whole);
        assertThat(said.getFirst().body()).isEqualTo(Samples.bytes(sample + ".json"));
        assertThat(said.getFirst().id()).isEqualTo("gitlab/" + call.header("Idempotency-Key"));
        assertThat(said.getFirst().headers()).containsEntry("Gitlab-Project", "platform/relay");
        if (brief == null) {
            assertThat(said).hasSize(1);
        } else {
            assertThat(said).hasSize(2);
            assertThat(said.get(1).subject()).isEqualTo("gitlab." + brief);
        }
    }

    @Test
    void aConfidentialNoteIsMarked() throws Exception {
        assertThat(accepted(Samples.call("note-confidential")).getFirst().headers())
                .containsEntry("Gitlab-Confidential", "true");
        assertThat(accepted(Samples.call("note-issue")).getFirst().headers())
                .doesNotContainKey("Gitlab-Confidential");
    }

    @Test
    void theShortFormSaysWhatAPersonAsksFor() throws Exception {
        Announcement brief = accepted(Samples.call("deployment-success")).get(1);
        var body = JsonTree.parse(new String(brief.body(), StandardCharsets.UTF_8));
        assertThat(brief.id()).isEqualTo("git-example-org/deploy/55103/success");
        assertThat(Fields.text(body, "project")).isEqualTo("platform/relay");
        assertThat(Fields.text(body, "environment")).isEqualTo("production");
        assertThat(Fields.text(body, "status")).isEqualTo("success");
        assertThat(Fields.text(body, "user")).isEqualTo("aweber");
        assertThat(Fields.text(body, "url"))
                .isEqualTo("https://git.example.org/platform/relay/-/jobs/55103");
    }

    @Test
    void theWrongTokenIsRefusedAndSoIsNone() {
        Map<String, String> headers = Samples.headers("push");
        GitlabSource source = byTokenAlone("another-token");
        assertThatThrownBy(() -> source.admit(Samples.call(headers, "{}").headers()))
                .isInstanceOfSatisfying(Refused.class, r -> assertThat(r.status()).isEqualTo(401))
                .hasMessageNotContaining("another-token")
                .hasMessageNotContaining(token.reveal());
        headers.remove("X-Gitlab-Token");
        assertThatThrownBy(() -> source.admit(Samples.call(headers, "{}").headers()))
                .isInstanceOf(Refused.class);
    }

    @Test
    void aBodyThatWasTouchedIsRefused() throws Exception {
        Map<String, String> headers = Samples.headers("push");
        byte[] body = Samples.bytes("push.json");
        body[body.length - 3] ^= 1;
        Call call = Samples.call(headers, body);
        assertThatThrownBy(() -> accepted(call)).isInstanceOf(Refused.class);
    }

    @Test
    void aSignatureIsGoodForFiveMinutes() throws Exception {
        Call call = Samples.call("push");
        long sent = Long.parseLong(call.header("webhook-timestamp"));
        source(sent + 300).admit(call.headers());
        source(sent - 300).admit(call.headers());
        assertThatThrownBy(() -> source(sent + 301).admit(call.headers()))
                .isInstanceOf(Refused.class);
        assertThatThrownBy(() -> source(sent - 301).admit(call.headers()))
                .isInstanceOf(Refused.class);
    }

    @Test
    void oneGoodSignatureAmongSeveralIsEnough() throws Exception {
        Map<String, String> headers = Samples.headers("push");
        String good = headers.get("webhook-signature");
        headers.put("webhook-signature", "v0,abc v1,AAAA " + good);
        assertThat(accepted(Samples.call(headers, Samples.bytes("push.json")))).hasSize(1);
    }

    @Test
    void hostileSignatureHeadersAreRefused() {
        for (String time : List.of("", "x", "-9223372036854775808", "9223372036854775807", "1e9")) {
            Map<String, String> headers = Samples.headers("push");
            headers.put("webhook-timestamp", time);
            Call call = Samples.call(headers, Samples.bytes("push.json"));
            assertThatThrownBy(() -> source(SAMPLE_SECONDS).admit(call.headers()))
                    .as(time)
                    .isInstanceOf(Refused.class);
        }
        Map<String, String> headers = Samples.headers("push");
        headers.put("webhook-signature", "v1,x ".repeat(10_000));
        Call call = Samples.call(headers, Samples.bytes("push.json"));
        assertThatThrownBy(() -> accepted(call)).isInstanceOf(Refused.class);
    }

    @Test
    void namesOfProjectsCannotMakeSubjects() throws Exception {
        for (String path :
                List.of(
                        "a.b/c>*",
                        "*",
                        ">",
                        "a b\\tc",
                        "<script>",
                        "..",
                        "",
                        "\\u0000\\r\\nPUB x",
                        "Ä/ö")) {
            String body =
                    "{\"object_kind\":\"push\",\"project\":{\"path_with_namespace\":\"%s\"}}"
                            .formatted(path);
            String subject =
                    byTokenAlone("x").read(Samples.call(Map.of(), body)).getFirst().subject();
            assertThat(subject).as(path).matches("gitlab\\.[a-z0-9-]+\\.push\\.update");
        }
        String hostile = "{\"object_kind\":\"a.b >\",\"action\":\"*.>\\n\"}";
        assertThat(byTokenAlone("x").read(Samples.call(Map.of(), hostile)).getFirst().subject())
                .isEqualTo("gitlab.none.a-b--.----");
    }

    @Test
    void theSlugIsTheOneThatGitlabGivesItsJobs() {
        assertThat(SubjectToken.slug("Platform/Relay.web_ui")).isEqualTo("platform-relay-web-ui");
        assertThat(SubjectToken.slug("-a-")).isEqualTo("a");
        assertThat(SubjectToken.slug("x".repeat(200))).hasSize(63);
    }

    @Test
    void anUnknownEventIsTakenAndBadJsonIsNot() throws Exception {
        String unknown =
                "{\"object_kind\":\"quantum\",\"project\":{\"path_with_namespace\":\"a/b\"}}";
        assertThat(byTokenAlone("x").read(Samples.call(Map.of(), unknown)).getFirst().subject())
                .isEqualTo("gitlab.a-b.quantum.event");
        String deep = "[".repeat(100_000);
        for (String bad : Arrays.asList("", "{", "[]", "\"x\"", "{\"a\":1}x", deep)) {
            assertThatThrownBy(() -> byTokenAlone("x").read(Samples.call(Map.of(), bad)))
                    .as(bad.length() > 20 ? "deep" : bad)
                    .isInstanceOfSatisfying(
                            Refused.class, r -> assertThat(r.status()).isEqualTo(400));
        }
    }

    @Test
    void withoutAKeyTheContentIsTheKey() throws Exception {
        Map<String, String> headers = new HashMap<>(Samples.headers("push"));
        headers.remove("Idempotency-Key");
        headers.remove("webhook-id");
        GitlabSource source = byTokenAlone("x");
        byte[] body = Samples.bytes("push.json");
        String first = source.read(Samples.call(headers, body)).getFirst().id();
        headers.put("X-Gitlab-Webhook-UUID", "another");
        assertThat(source.read(Samples.call(headers, body)).getFirst().id()).isEqualTo(first);
        byte[] other = Samples.bytes("tag-push.json");
        assertThat(source.read(Samples.call(headers, other)).getFirst().id()).isNotEqualTo(first);
    }
}
