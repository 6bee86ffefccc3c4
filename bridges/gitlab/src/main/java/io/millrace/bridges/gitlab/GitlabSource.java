package io.millrace.bridges.gitlab;

import io.millrace.protocol.Json;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** GitLab's webhooks, of projects, groups or the whole instance. Any thread. */
final class GitlabSource implements Source {
    private final String stream;
    private final @Nullable HookToken token;
    private final @Nullable HookSignature signature;

    /** At least one of {@code token} and {@code signature} is given; both are checked then. */
    GitlabSource(String stream, @Nullable HookToken token, @Nullable HookSignature signature) {
        this.stream = stream;
        this.token = token;
        this.signature = signature;
    }

    @Override
    public String name() {
        return "gitlab";
    }

    @Override
    public String stream() {
        return stream;
    }

    @Override
    public void admit(Call.Headers headers) throws Refused {
        if (token != null) {
            token.check(headers);
        }
        if (signature != null) {
            signature.checkTime(headers);
        }
    }

    @Override
    public List<Announcement> read(Call call) throws Refused {
        if (signature != null) {
            signature.check(call);
        }
        Json body = call.json();
        if (!(body instanceof Json.Obj)) {
            throw Refused.badBody("a GitLab event is a JSON object");
        }
        String header = call.header("X-Gitlab-Event");
        String instance = call.header("X-Gitlab-Instance");
        GitlabEvent event = GitlabEvent.of(body, header);
        List<Announcement> announcements = new ArrayList<>();
        announcements.add(whole(event, call, header, instance));
        ShortForm brief = ShortForm.of(event, instance);
        if (brief != null) {
            announcements.add(brief.announcement());
        }
        return announcements;
    }

    private static Announcement whole(
            GitlabEvent event, Call call, String header, String instance) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put("Gitlab-Event", header);
        headers.put("Gitlab-Project", event.project());
        headers.put("Gitlab-Instance", instance);
        headers.put("Gitlab-Event-UUID", call.header("X-Gitlab-Event-UUID"));
        if (event.confidential()) {
            headers.put("Gitlab-Confidential", "true");
        }
        return new Announcement(
                event.subject(), "gitlab/" + key(call, header), headers, call.body());
    }

    /**
     * What is the same for every repetition of a delivery. An instance older than 17.4 has no such
     * header: there it is the content. X-Gitlab-Webhook-UUID is new each time and
     * X-Gitlab-Event-UUID is shared by different events, so neither will do.
     */
    private static String key(Call call, String header) {
        String key = call.header("Idempotency-Key");
        if (key.isEmpty()) {
            key = call.header("webhook-id");
        }
        return key.isEmpty() ? digest(header, call.body()) : key;
    }

    private static String digest(String header, byte[] body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(header.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            digest.update((byte) 0);
            return "sha256-" + HexFormat.of().formatHex(digest.digest(body));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
