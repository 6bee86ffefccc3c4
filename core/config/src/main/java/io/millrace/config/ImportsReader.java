package io.millrace.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what an account imports. Confined to the thread that reads. */
final class ImportsReader {
    private final Findings findings;
    private final Map<String, ImportOptions> services = new HashMap<>();

    ImportsReader(Findings findings) {
        this.findings = findings;
    }

    List<ImportOptions> read(@Nullable ConfValue value) {
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof ConfValue.Array array)) {
            findings.error(value.at(), "Imports should be an array, got " + value.typeName());
            return List.of();
        }
        List<ImportOptions> imports = new ArrayList<>();
        for (ConfValue element : array.elements()) {
            if (element instanceof ConfValue.Table table) {
                ImportOptions read = new Entry().read(table);
                if (read != null && isNew(read, table.at())) {
                    imports.add(read);
                }
            } else {
                findings.error(
                        element.at(),
                        "Import Items should be a map with type entry, got " + element.typeName());
            }
        }
        return imports;
    }

    private boolean isNew(ImportOptions read, Position at) {
        if (!read.isService()) {
            return true;
        }
        ImportOptions earlier = services.putIfAbsent(read.local(), read);
        if (earlier != null) {
            findings.error(
                    at,
                    "Duplicate service import subject \""
                            + read.local()
                            + "\", previously used in import for account \""
                            + earlier.account()
                            + "\", subject \""
                            + earlier.subject()
                            + "\"");
        }
        return earlier == null;
    }

    /** One import while it is read. */
    private final class Entry {
        private @Nullable String kind;
        private @Nullable String account;
        private @Nullable String subject;
        private String to = "";
        private String prefix = "";
        private boolean share;
        private boolean allowTrace;
        private @Nullable Position traceAt;

        @Nullable ImportOptions read(ConfValue.Table table) {
            int before = findings.count();
            for (Map.Entry<String, ConfValue> member : table.entries().entrySet()) {
                member(member.getKey().toLowerCase(Locale.ROOT), member.getValue());
            }
            boolean isService = "service".equals(kind);
            Position traced = traceAt;
            if (isService && traced != null && findings.count() == before) {
                findings.error(traced, "Detected allow_trace directive on a non-stream");
            }
            String from = account;
            String name = subject;
            if (from == null || name == null || findings.count() > before) {
                return null;
            }
            return new ImportOptions(
                    isService, from, name, to, isService ? "" : prefix, share, allowTrace);
        }

        private void member(String name, ConfValue value) {
            switch (name) {
                case "stream", "service" -> source(name, value);
                case "prefix" -> {
                    prefix = text(value);
                    exclusive(value);
                }
                case "to" -> {
                    to = text(value);
                    exclusive(value);
                }
                case "share" -> share = flag(value);
                case "allow_trace" -> {
                    traceAt = value.at();
                    allowTrace = flag(value);
                }
                default -> {
                    // what is not known has been said
                }
            }
        }

        private void exclusive(ConfValue value) {
            if (!to.isEmpty() && !prefix.isEmpty() && !"service".equals(kind)) {
                findings.error(
                        value.at(), "Stream import can not have a 'prefix' and a 'to' property");
            }
        }

        private void source(String name, ConfValue value) {
            if (kind != null && !kind.equals(name)) {
                findings.error(value.at(), "Detected " + name + " but already saw a " + kind);
                return;
            }
            kind = name;
            if (!(value instanceof ConfValue.Table table)) {
                String shown = name.equals("stream") ? "Stream" : "Service";
                findings.error(
                        value.at(),
                        shown + " entry should be an account map, got " + value.typeName());
                return;
            }
            for (Map.Entry<String, ConfValue> member : table.entries().entrySet()) {
                switch (member.getKey().toLowerCase(Locale.ROOT)) {
                    case "account" -> account = text(member.getValue());
                    case "subject" -> subject = text(member.getValue());
                    default ->
                            findings.error(
                                    member.getValue().at(),
                                    "unknown field \"" + member.getKey() + "\"");
                }
            }
            if (account == null || account.isEmpty() || subject == null || subject.isEmpty()) {
                findings.error(value.at(), "Expect an account name and a subject");
            }
        }
    }

    private String text(ConfValue value) {
        if (value instanceof ConfValue.Text text) {
            return text.value();
        }
        Block.mismatch(value, "string", findings);
        return "";
    }

    private boolean flag(ConfValue value) {
        if (value instanceof ConfValue.Flag flag) {
            return flag.value();
        }
        Block.mismatch(value, "bool", findings);
        return false;
    }
}
