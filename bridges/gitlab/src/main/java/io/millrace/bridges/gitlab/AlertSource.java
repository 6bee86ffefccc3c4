package io.millrace.bridges.gitlab;

import io.millrace.bridges.common.Fields;
import io.millrace.protocol.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Alertmanager's webhook: each alert of a group on {@code alerts.<severity>.<alertname>}. The group
 * comes again whole when one of its alerts changes; what has not changed since is told by its id.
 * Any thread.
 */
final class AlertSource implements Source {
    private static final int ALERTS_MAX = 1000;

    private final String stream;
    private final HookToken token;

    AlertSource(String stream, HookToken token) {
        this.stream = stream;
        this.token = token;
    }

    @Override
    public String name() {
        return "alertmanager";
    }

    @Override
    public String stream() {
        return stream;
    }

    @Override
    public void admit(Call.Headers headers) throws Refused {
        token.check(headers);
    }

    @Override
    public List<Announcement> read(Call call) throws Refused {
        Json body = call.json();
        if (!(Fields.at(body, "alerts") instanceof Json.Array(List<Json> alerts))) {
            throw Refused.badBody("Alertmanager's list of alerts is missing");
        }
        if (alerts.size() > ALERTS_MAX) {
            throw Refused.badBody("more than " + ALERTS_MAX + " alerts: set max_alerts");
        }
        List<Announcement> announcements = new ArrayList<>();
        for (Json alert : alerts) {
            if (!(alert instanceof Json.Obj fields)) {
                throw Refused.badBody("an alert is an object");
            }
            announcements.add(announcement(body, fields));
        }
        return announcements;
    }

    private static Announcement announcement(Json group, Json.Obj alert) {
        String severity = Fields.text(alert, "labels", "severity");
        String name = Fields.text(alert, "labels", "alertname");
        Map<String, Json> fields = new LinkedHashMap<>();
        put(fields, "alertname", name);
        put(fields, "severity", severity);
        put(fields, "summary", Fields.text(alert, "annotations", "summary"));
        put(fields, "description", Fields.text(alert, "annotations", "description"));
        fields.putAll(alert.fields());
        put(fields, "receiver", Fields.text(group, "receiver"));
        put(fields, "externalURL", Fields.text(group, "externalURL"));
        put(fields, "groupKey", Fields.text(group, "groupKey"));
        String id =
                "alert/"
                        + Fields.text(alert, "fingerprint")
                        + "/"
                        + Fields.text(alert, "startsAt")
                        + "/"
                        + Fields.text(alert, "status");
        return new Announcement(
                "alerts." + SubjectToken.word(severity) + "." + SubjectToken.word(name),
                id,
                Map.of("Content-Type", "application/json"),
                new Json.Obj(fields).written().getBytes(StandardCharsets.UTF_8));
    }

    private static void put(Map<String, Json> fields, String name, String value) {
        if (!value.isEmpty()) {
            fields.put(name, new Json.Text(value));
        }
    }
}
