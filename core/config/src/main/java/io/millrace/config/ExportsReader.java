package io.millrace.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads what an account exports. Confined to the thread that reads. */
final class ExportsReader {
    private static final int PERCENT_MAX = 100;

    private final Findings findings;

    ExportsReader(Findings findings) {
        this.findings = findings;
    }

    List<ExportOptions> read(@Nullable ConfValue value) {
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof ConfValue.Array array)) {
            findings.error(value.at(), "Exports should be an array, got " + value.typeName());
            return List.of();
        }
        List<ExportOptions> exports = new ArrayList<>();
        for (ConfValue element : array.elements()) {
            if (element instanceof ConfValue.Table table) {
                ExportOptions export = new Entry().read(table);
                if (export != null) {
                    exports.add(export);
                }
            } else {
                findings.error(
                        element.at(),
                        "Export Items should be a map with type entry, got " + element.typeName());
            }
        }
        return exports;
    }

    /** One export while it is read. */
    private final class Entry {
        private @Nullable String subject;
        private boolean isService;
        private @Nullable List<String> accounts;
        private int tokenPosition;
        private ExportOptions.Responses responses = ExportOptions.Responses.SINGLETON;
        private long thresholdNanos;
        private ExportOptions.@Nullable Latency latency;
        private boolean allowTrace;
        private @Nullable Position responseAt;
        private @Nullable Position latencyAt;
        private @Nullable Position traceAt;

        @Nullable ExportOptions read(ConfValue.Table table) {
            int before = findings.count();
            for (Map.Entry<String, ConfValue> member : table.entries().entrySet()) {
                member(member.getKey().toLowerCase(Locale.ROOT), member.getValue());
            }
            if (subject != null && !isService && findings.count() == before) {
                onlyForServices(responseAt, "response");
                onlyForServices(latencyAt, "latency");
                onlyForServices(traceAt, "allow_trace");
            }
            String named = subject;
            if (named == null || findings.count() > before) {
                return null;
            }
            return new ExportOptions(
                    isService,
                    named,
                    accounts,
                    tokenPosition,
                    responses,
                    thresholdNanos,
                    latency,
                    allowTrace);
        }

        private void member(String name, ConfValue value) {
            switch (name) {
                case "stream", "service" -> subject(name, value);
                case "accounts" -> accounts = accounts(value);
                case "account_token_position" -> tokenPosition = whole(value);
                case "response_type", "response" -> {
                    responseAt = value.at();
                    responses = responses(value);
                }
                case "response_threshold", "threshold", "response_max_time", "response_time" -> {
                    responseAt = value.at();
                    thresholdNanos = threshold(value);
                }
                case "latency" -> {
                    latencyAt = value.at();
                    latency = latency(value);
                }
                case "allow_trace" -> {
                    traceAt = value.at();
                    allowTrace = flag(value);
                }
                default -> {
                    // what is not known has been said
                }
            }
        }

        private void subject(String kind, ConfValue value) {
            if (!(value instanceof ConfValue.Text text)) {
                findings.error(
                        value.at(),
                        "Expected " + kind + " name to be string, got " + value.typeName());
                return;
            }
            if (subject != null && isService != kind.equals("service")) {
                findings.error(
                        value.at(),
                        "Detected "
                                + kind
                                + " \""
                                + text.value()
                                + "\" but already saw a "
                                + (isService ? "service" : "stream"));
                return;
            }
            subject = text.value();
            isService = kind.equals("service");
        }

        private void onlyForServices(@Nullable Position at, String what) {
            if (at != null) {
                findings.error(at, "Detected " + what + " directive on non-service");
            }
        }
    }

    private List<String> accounts(ConfValue value) {
        List<String> names = new ArrayList<>();
        if (value instanceof ConfValue.Array array) {
            for (ConfValue element : array.elements()) {
                if (element instanceof ConfValue.Text text) {
                    names.add(text.value());
                } else {
                    Block.mismatch(element, "string", findings);
                }
            }
        } else {
            Block.mismatch(value, "[]interface {}", findings);
        }
        return names;
    }

    private int whole(ConfValue value) {
        if (value instanceof ConfValue.Whole whole) {
            return Math.clamp(whole.value(), 0, Integer.MAX_VALUE);
        }
        Block.mismatch(value, "int64", findings);
        return 0;
    }

    private boolean flag(ConfValue value) {
        if (value instanceof ConfValue.Flag flag) {
            return flag.value();
        }
        Block.mismatch(value, "bool", findings);
        return false;
    }

    private ExportOptions.Responses responses(ConfValue value) {
        if (value instanceof ConfValue.Text text) {
            switch (text.value().toLowerCase(Locale.ROOT)) {
                case "single", "singleton" -> {
                    return ExportOptions.Responses.SINGLETON;
                }
                case "stream" -> {
                    return ExportOptions.Responses.STREAM;
                }
                case "chunk", "chunked" -> {
                    return ExportOptions.Responses.CHUNKED;
                }
                default ->
                        findings.error(
                                value.at(), "Unknown response type: \"" + text.value() + "\"");
            }
        } else {
            findings.error(
                    value.at(), "Expected response type to be string, got " + value.typeName());
        }
        return ExportOptions.Responses.SINGLETON;
    }

    private long threshold(ConfValue value) {
        String shown = value.typeName();
        if (value instanceof ConfValue.Text text) {
            try {
                return Durations.parse(text.value());
            } catch (ConfigException unreadable) {
                shown = "\"" + text.value() + "\"";
            }
        }
        findings.error(
                value.at(),
                "Expected response threshold to be a parseable time duration, got " + shown);
        return 0;
    }

    private ExportOptions.@Nullable Latency latency(ConfValue value) {
        if (value instanceof ConfValue.Text text) {
            return new ExportOptions.Latency(PERCENT_MAX, text.value());
        }
        if (!(value instanceof ConfValue.Table table)) {
            findings.error(
                    value.at(),
                    "Expected latency entry to be a map/struct or string, got " + value.typeName());
            return null;
        }
        int percent = PERCENT_MAX;
        String subject = null;
        for (Map.Entry<String, ConfValue> member : table.entries().entrySet()) {
            ConfValue held = member.getValue();
            switch (member.getKey().toLowerCase(Locale.ROOT)) {
                case "sampling" -> percent = sampling(held);
                case "subject" -> {
                    if (!(held instanceof ConfValue.Text text)) {
                        findings.error(
                                held.at(), "Expected latency subject to be a string, got string");
                        return null;
                    }
                    subject = text.value();
                }
                default -> {
                    // nats-server looks at no other member
                }
            }
        }
        if (subject == null) {
            findings.error(value.at(), "Latency subject required, but missing");
            return null;
        }
        return new ExportOptions.Latency(percent, subject);
    }

    /** 0 when headers decide. */
    private int sampling(ConfValue value) {
        long percent;
        switch (value) {
            case ConfValue.Whole whole -> percent = whole.value();
            case ConfValue.Text text -> {
                if (text.value().toLowerCase(Locale.ROOT).strip().equals("headers")) {
                    return 0;
                }
                String digits = text.value().strip();
                while (digits.endsWith("%")) {
                    digits = digits.substring(0, digits.length() - 1);
                }
                try {
                    percent = Long.parseLong(digits);
                } catch (NumberFormatException none) {
                    findings.error(
                            value.at(),
                            "Failed to parse latency sample: strconv.Atoi: parsing \""
                                    + digits
                                    + "\": invalid syntax");
                    return PERCENT_MAX;
                }
            }
            default -> {
                findings.error(
                        value.at(),
                        "Expected latency sample to be a string or map/struct, got "
                                + value.typeName());
                return PERCENT_MAX;
            }
        }
        if (percent < 1 || percent > PERCENT_MAX) {
            findings.error(value.at(), "bad sampling percentage, should be 1-100");
            return PERCENT_MAX;
        }
        return (int) percent;
    }
}
