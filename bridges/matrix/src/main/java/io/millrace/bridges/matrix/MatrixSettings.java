package io.millrace.bridges.matrix;

import io.millrace.bridges.common.NatsSettings;
import io.millrace.bridges.common.Program;
import io.millrace.bridges.common.Secret;
import io.millrace.bridges.common.Settings;
import io.millrace.bridges.common.SettingsException;
import io.millrace.bridges.common.StreamPlan;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the configuration file says. Immutable: any thread. */
final class MatrixSettings {
    /** Longer than any command is good for. */
    private static final StreamPlan MATRIX =
            new StreamPlan(
                    "MATRIX", "matrix.>", Duration.ofDays(30), Duration.ofHours(1), -1, 1, false);

    private final NatsSettings nats;
    private final URI homeserver;
    private final Secret token;
    private final double perSecond;
    private final int burst;
    private final List<RoomRule> rooms = new ArrayList<>();
    private final @Nullable CommandRule commands;

    private MatrixSettings(Settings root) throws SettingsException {
        nats = NatsSettings.read(root);
        Settings matrix = root.sectionOrEmpty("matrix");
        homeserver = homeserver(matrix);
        Secret access = matrix.secret("access_token");
        if (access == null) {
            throw matrix.wrong("access_token_file", "is missing");
        }
        token = access;
        // Synapse's own limits for a user are 0.2 a second and 10 at once.
        perSecond = matrix.number("per_second", 0.2, 0.001, 10_000);
        burst = (int) matrix.whole("burst", 10, 1, 10_000);
        Set<String> names = new HashSet<>();
        for (Settings room : root.sections("rooms")) {
            RoomRule rule = room(room);
            if (!names.add(rule.name())) {
                throw room.wrong("name", "'" + rule.name() + "' is taken by another room");
            }
            rooms.add(rule);
        }
        Settings section = root.section("commands");
        commands = section == null ? null : commands(section);
        if (rooms.isEmpty() && commands == null) {
            throw root.wrong("rooms", "is missing, and so is commands");
        }
    }

    static Program.Plan plan(Settings root) throws SettingsException {
        MatrixSettings settings = new MatrixSettings(root);
        return around -> MatrixBridge.open(settings, around);
    }

    private static URI homeserver(Settings matrix) throws SettingsException {
        String text = matrix.requiredText("homeserver");
        if (!text.matches("https?://[^/\\s?#@]+(?:/[^\\s?#]*)?")) {
            throw matrix.wrong("homeserver", "must be like https://matrix.example.org");
        }
        try {
            return URI.create(text.replaceAll("/+$", ""));
        } catch (IllegalArgumentException noAddress) {
            throw matrix.wrong("homeserver", "must be like https://matrix.example.org");
        }
    }

    private static RoomRule room(Settings room) throws SettingsException {
        String name = room.requiredText("name");
        if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
            throw room.wrong("name", "has letters, digits, - and _ only");
        }
        List<Wording> wordings = new ArrayList<>();
        for (Settings section : room.sections("templates")) {
            wordings.add(wording(section));
        }
        wordings.addAll(Wording.DEFAULTS);
        List<SubjectFilter> subjects = filters(room, "subjects", List.of());
        if (subjects.isEmpty()) {
            throw room.wrong("subjects", "is missing");
        }
        return new RoomRule(
                name,
                address(room, "room", room.requiredText("room")),
                room.requiredText("stream"),
                room.text("consumer", "matrix-" + name),
                subjects,
                filters(room, "except", List.of()),
                room.flag("from_start", false),
                room.flag("confidential", false),
                room.duration("ack_wait", Duration.ofSeconds(60)),
                List.copyOf(wordings));
    }

    private static String address(Settings where, String key, String room)
            throws SettingsException {
        // The ids of newer rooms have no server behind a colon.
        if (!room.matches("![^\\s/]+|#[^\\s/:]+:\\S+")) {
            throw where.wrong(
                    key, "'" + room + "' is neither an id (!…) nor an alias (#name:server)");
        }
        return room;
    }

    private static List<SubjectFilter> filters(Settings where, String key, List<String> otherwise)
            throws SettingsException {
        List<SubjectFilter> filters = new ArrayList<>();
        for (String written : where.texts(key, otherwise)) {
            try {
                filters.add(SubjectFilter.of(written));
            } catch (IllegalArgumentException wrong) {
                throw where.wrong(key, String.valueOf(wrong.getMessage()));
            }
        }
        return List.copyOf(filters);
    }

    private static Wording wording(Settings section) throws SettingsException {
        List<SubjectFilter> subjects = filters(section, "subjects", List.of(">"));
        Template text = template(section, "text", section.requiredText("text"), false);
        String html = section.text("html");
        return new Wording(
                subjects, text, html == null ? null : template(section, "html", html, true));
    }

    private static Template template(Settings section, String key, String written, boolean html)
            throws SettingsException {
        try {
            return Template.of(written, html);
        } catch (IllegalArgumentException wrong) {
            throw section.wrong(key, String.valueOf(wrong.getMessage()));
        }
    }

    private static CommandRule commands(Settings section) throws SettingsException {
        List<String> rooms = section.texts("rooms", List.of());
        List<String> users = section.texts("users", List.of());
        if (rooms.isEmpty() || users.isEmpty()) {
            throw section.wrong(rooms.isEmpty() ? "rooms" : "users", "is missing");
        }
        for (String room : rooms) {
            address(section, "rooms", room);
        }
        for (String user : users) {
            if (!user.matches("@[^\\s:]+:\\S+")) {
                throw section.wrong(
                        "users", "'" + user + "' is not a full id like @ann:example.org");
            }
        }
        StreamPlan stream = MATRIX.read(section, "stream");
        Duration maxAge = section.duration("max_age", Duration.ofMinutes(5));
        if (maxAge.compareTo(stream.duplicateWindow()) > 0) {
            throw section.wrong("max_age", "must not be longer than the stream's duplicate_window");
        }
        String subject = section.text("subject", "matrix.command");
        if (!subject.matches("[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*")) {
            throw section.wrong("subject", "must be a subject without wildcards");
        }
        String bucket = section.text("state_bucket", "matrix-bridge");
        if (!bucket.matches("[A-Za-z0-9_-]{1,64}")) {
            throw section.wrong("state_bucket", "has letters, digits, - and _ only");
        }
        return new CommandRule(
                List.copyOf(rooms),
                Set.copyOf(users),
                Set.copyOf(section.texts("commands", List.of())),
                section.text("prefix", "!"),
                subject,
                maxAge,
                stream,
                bucket);
    }

    NatsSettings nats() {
        return nats;
    }

    URI homeserver() {
        return homeserver;
    }

    Secret token() {
        return token;
    }

    double perSecond() {
        return perSecond;
    }

    int burst() {
        return burst;
    }

    List<RoomRule> rooms() {
        return List.copyOf(rooms);
    }

    @Nullable CommandRule commands() {
        return commands;
    }
}
