package io.millrace.bridges.gitlab;

import io.millrace.bridges.common.Fields;
import io.millrace.protocol.Json;
import io.millrace.protocol.JsonPage;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The short subjects that everything on the platform listens to, {@code gitlab.build.start} and its
 * kin, with a body of a few fields. A job of the pipeline may announce the same thing itself (see
 * {@code ci/nats-announce.yml}): both derive the same id, so it is stored once.
 *
 * @param kind build, deploy or pipeline
 * @param phase start, complete, or the status of a pipeline
 * @param status in GitLab's word; what ended twice in different ways is said twice
 * @param number of the job or pipeline, unlike any other of its instance
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record ShortForm(
        String kind, String phase, String status, String instance, String number, byte[] body) {

    Announcement announcement() {
        String id = host(instance) + "/" + kind + "/" + number + "/" + status;
        return new Announcement(
                "gitlab." + kind + "." + phase,
                id,
                Map.of("Content-Type", "application/json"),
                body);
    }

    /** The host of an instance's address, in lower case. */
    static String host(String address) {
        try {
            String host = URI.create(address).getHost();
            return SubjectToken.slug(host == null ? address : host);
        } catch (IllegalArgumentException noAddress) {
            return SubjectToken.slug(address);
        }
    }

    /** The short form of an event; null when it has none. */
    static @Nullable ShortForm of(GitlabEvent event, String instance) {
        return switch (event.kind()) {
            case "build" -> build(event, instance);
            case "deployment" -> deployment(event, instance);
            case "pipeline" -> pipeline(event, instance);
            default -> null;
        };
    }

    private static @Nullable String phase(String status) {
        return switch (status) {
            case "running" -> "start";
            case "success", "failed", "canceled", "skipped" -> "complete";
            default -> null;
        };
    }

    private static @Nullable ShortForm build(GitlabEvent event, String instance) {
        String phase = phase(event.action());
        if (phase == null) {
            return null;
        }
        Json body = event.body();
        String job = Fields.text(body, "build_id");
        JsonPage page = begun(event, instance, "build", phase);
        page.textUnlessEmpty("sha", Fields.text(body, "sha"));
        page.textUnlessEmpty("pipeline", Fields.text(body, "pipeline_id"));
        page.textUnlessEmpty("job", job);
        page.textUnlessEmpty("name", Fields.text(body, "build_name"));
        page.textUnlessEmpty("stage", Fields.text(body, "build_stage"));
        page.textUnlessEmpty("environment", Fields.text(body, "environment", "name"));
        String web = Fields.text(body, "project", "web_url");
        page.textUnlessEmpty("url", web.isEmpty() || job.isEmpty() ? "" : web + "/-/jobs/" + job);
        return ended(page, event, "build", phase, instance, job);
    }

    private static @Nullable ShortForm deployment(GitlabEvent event, String instance) {
        String phase = phase(event.action());
        if (phase == null) {
            return null;
        }
        Json body = event.body();
        String job = Fields.text(body, "deployable_id");
        JsonPage page = begun(event, instance, "deploy", phase);
        page.textUnlessEmpty("sha", Fields.text(body, "short_sha"));
        page.textUnlessEmpty("job", job);
        page.textUnlessEmpty("environment", Fields.text(body, "environment"));
        page.textUnlessEmpty("tier", Fields.text(body, "environment_tier"));
        page.textUnlessEmpty("environment_url", Fields.text(body, "environment_external_url"));
        page.textUnlessEmpty("title", Fields.text(body, "commit_title"));
        page.textUnlessEmpty("url", Fields.text(body, "deployable_url"));
        // One made by hand or through the API has no job.
        String number = job.isEmpty() ? "d" + Fields.text(body, "deployment_id") : job;
        return ended(page, event, "deploy", phase, instance, number);
    }

    private static @Nullable ShortForm pipeline(GitlabEvent event, String instance) {
        if (event.action().isEmpty()) {
            return null;
        }
        String phase = SubjectToken.word(event.action());
        Json body = event.body();
        String number = Fields.text(body, "object_attributes", "id");
        JsonPage page = begun(event, instance, "pipeline", phase);
        page.textUnlessEmpty("sha", Fields.text(body, "object_attributes", "sha"));
        page.textUnlessEmpty("pipeline", number);
        page.textUnlessEmpty("source", Fields.text(body, "object_attributes", "source"));
        page.textUnlessEmpty("title", Fields.text(body, "commit", "title"));
        page.textUnlessEmpty("url", Fields.text(body, "object_attributes", "url"));
        return ended(page, event, "pipeline", phase, instance, number);
    }

    private static JsonPage begun(GitlabEvent event, String instance, String kind, String phase) {
        String ref = Fields.text(event.body(), "ref");
        return JsonPage.compact()
                .object(null)
                .text("kind", kind)
                .text("phase", phase)
                .text("status", event.action())
                .text("project", event.project())
                .textUnlessEmpty("instance", instance)
                .textUnlessEmpty(
                        "ref",
                        ref.isEmpty()
                                ? Fields.text(event.body(), "object_attributes", "ref")
                                : ref);
    }

    private static ShortForm ended(
            JsonPage page,
            GitlabEvent event,
            String kind,
            String phase,
            String instance,
            String number) {
        page.textUnlessEmpty("user", Fields.text(event.body(), "user", "username"));
        byte[] body = page.endObject().toString().getBytes(StandardCharsets.UTF_8);
        return new ShortForm(
                kind,
                phase,
                SubjectToken.word(event.action()),
                instance,
                SubjectToken.word(number),
                body);
    }
}
