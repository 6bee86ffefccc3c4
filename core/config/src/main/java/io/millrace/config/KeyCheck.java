package io.millrace.config;

import java.util.Map;
import java.util.Set;

/** Holds a file's keys against the table: which are unknown, which are known but not built. */
final class KeyCheck {
    private static final String ACCOUNT = "accounts.<name>";

    private final KeyTable keys;
    private final Set<Position> variables;
    private final Findings findings;
    private final UnbuiltValues unbuilt;

    KeyCheck(KeyTable keys, Set<Position> variables, Findings findings) {
        this.keys = keys;
        this.variables = variables;
        this.findings = findings;
        this.unbuilt = new UnbuiltValues(findings);
    }

    void check(ConfValue.Table root) {
        members(root, "", true);
    }

    /** With {@code aloud} false, the whole block was already reported as not supported. */
    private void members(ConfValue.Table table, String block, boolean aloud) {
        for (Map.Entry<String, ConfValue> entry : table.entries().entrySet()) {
            ConfValue value = entry.getValue();
            Key key = keys.find(block, entry.getKey());
            if (key == null) {
                if (!variables.contains(value.at())) {
                    findings.error(value.at(), unknown(block, entry.getKey()));
                    hint(block, entry.getKey(), value.at());
                }
                continue;
            }
            boolean here = aloud && !key.supported();
            if (here && !isOff(value)) {
                findings.unsupported(value.at(), shown(key));
            }
            if (!key.supported()) {
                unbuilt.check(key, value);
            }
            behind(key, value, aloud && key.supported());
        }
    }

    private void hint(String block, String name, Position at) {
        String nearest = Spelling.nearest(name, keys.names(block));
        if (nearest != null) {
            findings.hint(at, nearest);
        }
    }

    private void behind(Key key, ConfValue value, boolean aloud) {
        if (key.path().equals("accounts")) {
            if (value instanceof ConfValue.Table accounts) {
                for (ConfValue account : accounts.entries().values()) {
                    within(account, ACCOUNT, aloud);
                }
            }
            return;
        }
        String block = keys.blockBehind(key);
        if (block != null) {
            within(value, block, aloud);
        }
    }

    private void within(ConfValue value, String block, boolean aloud) {
        if (value instanceof ConfValue.Table table) {
            members(table, block, aloud);
        } else if (value instanceof ConfValue.Array array) {
            array.elements().forEach(element -> within(element, block, aloud));
        }
        // A value of another shape is its reader's business.
    }

    /** Its path; a key of a shared block has but its name. */
    private static String shown(Key key) {
        String path = key.path().replace("[]", "");
        return path.startsWith("$") ? path.substring(path.indexOf('.') + 1) : path;
    }

    /** A key that is switched off asks for nothing that we lack. */
    private static boolean isOff(ConfValue value) {
        return (value instanceof ConfValue.Flag flag && !flag.value())
                || (value instanceof ConfValue.Text text && text.value().equals("disabled"));
    }

    private static String unknown(String block, String name) {
        return switch (block) {
            case "$TLS" -> "error parsing tls config, unknown field \"" + name + "\"";
            case "$PERM" -> "Unknown field \"" + name + "\" parsing permissions";
            case "accounts.<name>.limits" ->
                    "Unknown field \"" + name + "\" parsing account limits";
            case "$PERM.allow_responses" -> "Unknown field \"" + name + "\" parsing permissions";
            default -> "unknown field \"" + name + "\"";
        };
    }
}
