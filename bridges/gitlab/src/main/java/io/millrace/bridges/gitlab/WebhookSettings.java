package io.millrace.bridges.gitlab;

import io.millrace.bridges.common.NatsSettings;
import io.millrace.bridges.common.Program;
import io.millrace.bridges.common.Secret;
import io.millrace.bridges.common.Settings;
import io.millrace.bridges.common.SettingsException;
import io.millrace.bridges.common.StreamPlan;
import io.millrace.runtime.Clock;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** What the configuration file says. Immutable: any thread. */
final class WebhookSettings {
    private static final Set<String> TAKEN = Set.of("gitlab", "ci", "alertmanager");
    private static final int KIB = 1024;

    /**
     * GitLab keeps the record of a delivery for days, and as long somebody may send it again. An
     * alert comes again with its group; after four hours it is meant to.
     */
    private static final StreamPlan GITLAB =
            plan("GITLAB", "gitlab.>", Duration.ofDays(30), Duration.ofDays(7));

    private static final StreamPlan ALERTS =
            plan("ALERTS", "alerts.>", Duration.ofDays(30), Duration.ofHours(3));
    private static final StreamPlan WEBHOOKS =
            plan("WEBHOOKS", "webhooks.>", Duration.ofDays(30), Duration.ofDays(1));

    private final InetSocketAddress listen;
    private final NatsSettings nats;
    private final long bodyBytesMax;
    private final int bodiesMax;
    private final List<StreamPlan> plans = new ArrayList<>();
    private final List<Function<Clock, Source>> sources = new ArrayList<>();

    private WebhookSettings(Settings root) throws SettingsException {
        listen = root.address("listen", "127.0.0.1:4195");
        nats = NatsSettings.read(root);
        bodyBytesMax = root.whole("max_body_bytes", 2048 * KIB, KIB, 64L * KIB * KIB);
        bodiesMax = (int) root.whole("max_bodies", 8, 1, 1000);
        Settings streams = root.sectionOrEmpty("streams");
        StreamPlan gitlab = GITLAB.read(streams, "gitlab");
        StreamPlan alerts = ALERTS.read(streams, "alerts");
        StreamPlan webhooks = WEBHOOKS.read(streams, "webhooks");
        gitlab(root, gitlab.name());
        Settings ci = root.section("ci");
        if (ci != null) {
            HookToken token = bearer(ci);
            sources.add(clock -> new JobSource(gitlab.name(), token));
        }
        Settings alertmanager = root.section("alertmanager");
        if (alertmanager != null) {
            HookToken token = bearer(alertmanager);
            sources.add(clock -> new AlertSource(alerts.name(), token));
        }
        for (Map.Entry<String, Settings> hook : root.named("hooks").entrySet()) {
            plain(root, hook.getKey(), hook.getValue(), webhooks.name());
        }
        if (root.has("gitlab") || ci != null) {
            plans.add(gitlab);
        }
        if (alertmanager != null) {
            plans.add(alerts);
        }
        if (root.has("hooks")) {
            plans.add(webhooks);
        }
        if (sources.isEmpty()) {
            throw root.wrong("gitlab", "is missing, and so are ci, alertmanager and hooks");
        }
    }

    static Program.Plan plan(Settings root) throws SettingsException {
        WebhookSettings settings = new WebhookSettings(root);
        return around -> Webhooks.open(settings, around);
    }

    private static StreamPlan plan(String name, String subject, Duration age, Duration window) {
        return new StreamPlan(name, subject, age, window, -1, 1, false);
    }

    private void gitlab(Settings root, String stream) throws SettingsException {
        Settings gitlab = root.section("gitlab");
        if (gitlab == null) {
            return;
        }
        Secret token = gitlab.secret("token");
        Secret signing = gitlab.secret("signing_token");
        if (token == null && signing == null) {
            throw gitlab.wrong("token_file", "is missing, and so is signing_token_file");
        }
        if (signing != null && HookSignature.of(signing, Clock.system()) == null) {
            throw gitlab.wrong("signing_token_file", "must hold whsec_ and 32 bytes in base64");
        }
        HookToken shown = token == null ? null : new HookToken("X-Gitlab-Token", token);
        sources.add(
                clock ->
                        new GitlabSource(
                                stream,
                                shown,
                                signing == null ? null : HookSignature.of(signing, clock)));
    }

    private static HookToken bearer(Settings section) throws SettingsException {
        return HookToken.bearer(required(section));
    }

    private static Secret required(Settings section) throws SettingsException {
        Secret token = section.secret("token");
        if (token == null) {
            throw section.wrong("token_file", "is missing");
        }
        return token;
    }

    private void plain(Settings root, String name, Settings hook, String stream)
            throws SettingsException {
        if (TAKEN.contains(name) || !name.matches("[a-z0-9_-]{1,64}")) {
            throw root.wrong(
                    "hooks." + name, "a hook's name has small letters, digits, - and _ only");
        }
        HookToken token = new HookToken(hook.text("token_header", "Authorization"), required(hook));
        String id = hook.text("id_header", "Idempotency-Key");
        sources.add(clock -> new PlainSource(name, stream, token, id));
    }

    InetSocketAddress listen() {
        return listen;
    }

    NatsSettings nats() {
        return nats;
    }

    long bodyBytesMax() {
        return bodyBytesMax;
    }

    int bodiesMax() {
        return bodiesMax;
    }

    Map<String, StreamPlan> plansByName() {
        Map<String, StreamPlan> byName = new LinkedHashMap<>();
        plans.forEach(plan -> byName.put(plan.name(), plan));
        return byName;
    }

    List<Source> sources(Clock clock) {
        return sources.stream().map(source -> source.apply(clock)).toList();
    }
}
