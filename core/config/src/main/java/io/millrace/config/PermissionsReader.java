package io.millrace.config;

import io.millrace.protocol.Subjects;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads permissions: who may publish and subscribe to what. */
final class PermissionsReader {
    private static final String BLOCK = "$PERM";
    private static final int RESPONSES_MAX_DEFAULT = 1;
    private static final long RESPONSES_EXPIRE_DEFAULT_NANOS = 120_000_000_000L;

    private final Block.Sources sources;

    PermissionsReader(Block.Sources sources) {
        this.sources = sources;
    }

    /** Null when it is missing or wrong. */
    @Nullable PermissionsOptions read(@Nullable ConfValue value) {
        if (value == null) {
            return null;
        }
        if (!(value instanceof ConfValue.Table table)) {
            error(value, "Expected permissions to be a map/struct, got " + GoText.plain(value));
            return null;
        }
        Block block = new Block(table, BLOCK, sources);
        PermissionsOptions.Rules publish = rules(block.value("publish"), false);
        PermissionsOptions.Rules subscribe = rules(block.value("subscribe"), true);
        PermissionsOptions.Responses responses = responses(block.value("allow_responses"));
        if (responses != null && (publish == null || publish.allow() == null)) {
            // Whoever may answer requests may publish nothing else unless it is said.
            publish =
                    new PermissionsOptions.Rules(
                            List.of(), publish == null ? List.of() : publish.deny());
        }
        return new PermissionsOptions(publish, subscribe, responses);
    }

    private PermissionsOptions.@Nullable Rules rules(@Nullable ConfValue value, boolean queues) {
        if (value == null) {
            return null;
        }
        if (!(value instanceof ConfValue.Table table)) {
            return new PermissionsOptions.Rules(orNull(subjects(value, queues, null)), List.of());
        }
        List<String> allow = List.of();
        List<String> deny = List.of();
        for (Map.Entry<String, ConfValue> entry : table.entries().entrySet()) {
            ConfValue member = entry.getValue();
            switch (entry.getKey().toLowerCase(Locale.ROOT)) {
                case "allow" -> allow = subjects(member, queues, member.at());
                case "deny" -> deny = subjects(member, queues, member.at());
                default ->
                        error(
                                member,
                                "Unknown field name \""
                                        + entry.getKey()
                                        + "\" parsing subject permissions, only 'allow' or 'deny'"
                                        + " are permitted");
            }
        }
        return new PermissionsOptions.Rules(orNull(allow), deny);
    }

    private static @Nullable List<String> orNull(List<String> subjects) {
        return subjects.isEmpty() ? null : subjects;
    }

    private List<String> subjects(ConfValue value, boolean queues, @Nullable Position at) {
        List<ConfValue> elements =
                value instanceof ConfValue.Array array ? array.elements() : List.of(value);
        List<String> subjects = new ArrayList<>();
        for (ConfValue element : elements) {
            if (!(element instanceof ConfValue.Text text)) {
                boolean inArray = value instanceof ConfValue.Array;
                report(
                        at,
                        inArray
                                ? "Subject in permissions array cannot be cast to string"
                                : "Expected subject permissions to be a subject, or array of"
                                        + " subjects, got "
                                        + element.typeName());
                return List.of();
            }
            if (!isPermitted(text.value(), queues)) {
                report(at, "subject \"" + text.value() + "\" is not a valid subject");
                return List.of();
            }
            subjects.add(text.value());
        }
        return subjects;
    }

    private void report(@Nullable Position at, String text) {
        if (at == null) {
            sources.findings().errorWithoutPlace(text);
        } else {
            sources.findings().error(at, text);
        }
    }

    private static boolean isPermitted(String subject, boolean queues) {
        String[] words = subject.trim().split("\\s+", -1);
        if (words.length > (queues ? 2 : 1)) {
            return false;
        }
        for (String word : words) {
            if (!Subjects.isValid(word)) {
                return false;
            }
        }
        return true;
    }

    private PermissionsOptions.@Nullable Responses responses(@Nullable ConfValue value) {
        if (value == null || (value instanceof ConfValue.Flag flag && !flag.value())) {
            return null;
        }
        if (value instanceof ConfValue.Flag) {
            return new PermissionsOptions.Responses(
                    RESPONSES_MAX_DEFAULT, RESPONSES_EXPIRE_DEFAULT_NANOS);
        }
        if (!(value instanceof ConfValue.Table table)) {
            error(value, "error parsing response permissions, expected a boolean or a map");
            return null;
        }
        Block block = new Block(table, BLOCK + ".allow_responses", sources);
        int max = block.number("max", 0);
        long expires = RESPONSES_EXPIRE_DEFAULT_NANOS;
        ConfValue written = block.value("expires");
        if (written instanceof ConfValue.Text) {
            expires = block.duration("expires", expires);
        } else if (written != null) {
            error(written, "error parsing expires, not a duration string");
        }
        return new PermissionsOptions.Responses(
                max == 0 ? RESPONSES_MAX_DEFAULT : max,
                expires == 0 ? RESPONSES_EXPIRE_DEFAULT_NANOS : expires);
    }

    private void error(ConfValue value, String text) {
        sources.findings().error(value.at(), text);
    }
}
