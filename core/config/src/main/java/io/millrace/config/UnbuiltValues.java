package io.millrace.config;

import io.millrace.protocol.NKeyText;
import io.millrace.runtime.HostFiles;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the values of keys whose feature is not built: a value that no server would take is
 * reported as such, in nats-server's words, before the news that the feature is missing. Confined
 * to the thread that reads.
 */
final class UnbuiltValues {
    private static final Set<String> CIPHERS = Set.of("chacha", "chachapoly", "aes");
    private static final Set<String> STAPLING = Set.of("auto", "always", "must", "never");
    private static final Set<String> MEMORY = Set.of("mem", "memory");
    private static final Pattern URL = Pattern.compile("(?is)url\\(.*\\)");
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)\\S*");
    private static final int MINOR_MIN = 8;

    private final Findings findings;

    UnbuiltValues(Findings findings) {
        this.findings = findings;
    }

    void check(Key key, ConfValue value) {
        switch (key.path()) {
            case "jetstream.cipher" -> cipher(value);
            case "ocsp.mode" -> stapling(value);
            case "trusted_keys" -> trusted(value);
            case "operator" -> operators(value);
            case "resolver" -> resolver(value);
            case "proxies.trusted[].key" -> proxyKey(value);
            case "authorization.auth_callout" -> callout(value);
            case "cluster.authorization" -> clusterLogin(value);
            case "leafnodes.min_version" -> leafVersion(value);
            case "leafnodes.remotes" -> remotes(value);
            default -> {
                // Any value is as good as another until the feature is there.
            }
        }
    }

    private void cipher(ConfValue value) {
        if (value instanceof ConfValue.Text text
                && !CIPHERS.contains(text.value().toLowerCase(Locale.ROOT))) {
            findings.error(value.at(), "Unknown cipher type: \"" + text.value() + "\"");
        }
    }

    private void stapling(ConfValue value) {
        if (value instanceof ConfValue.Text text
                && !STAPLING.contains(text.value().toLowerCase(Locale.ROOT))) {
            findings.error(value.at(), "error parsing ocsp config: unsupported ocsp mode string");
        }
    }

    private void trusted(ConfValue value) {
        for (String key : texts(value)) {
            if (!NKeyText.isKey(NKeyText.Kind.OPERATOR, key)) {
                findings.error(
                        place(value),
                        "trust key \"" + key + "\" required to be a valid public operator nkey");
            }
        }
    }

    /** What is no token is the name of a file. */
    private void operators(ConfValue value) {
        for (String operator : texts(value)) {
            if (!operator.startsWith("eyJ") && !exists(operator)) {
                findings.error(
                        value.at(),
                        "error parsing operator JWT: open "
                                + operator
                                + ": no such file or directory");
            }
        }
    }

    private static boolean exists(String file) {
        try {
            return HostFiles.exists(Path.of(file));
        } catch (InvalidPathException noPath) {
            return false;
        }
    }

    private void resolver(ConfValue value) {
        switch (value) {
            case ConfValue.Text text -> {
                boolean known =
                        MEMORY.contains(text.value().toLowerCase(Locale.ROOT))
                                || URL.matcher(text.value()).matches();
                if (!known) {
                    noResolver(value);
                }
            }
            case ConfValue.Table table -> resolver(table);
            default ->
                    findings.error(
                            value.at(),
                            "error parsing operator resolver, wrong type " + value.typeName());
        }
    }

    private void resolver(ConfValue.Table table) {
        switch (member(table, "type") instanceof ConfValue.Text text
                ? text.value().toLowerCase(Locale.ROOT)
                : "") {
            case "mem", "memory" -> {}
            case "full" -> {
                refuse(table, "FULL", Map.of("ttl", "ttl"));
                if (isOn(table, "hard_delete") && !isOn(table, "allow_delete")) {
                    findings.error(table.at(), "hard_delete has no effect without delete");
                }
            }
            case "cache" ->
                    refuse(
                            table,
                            "CACHE",
                            Map.of(
                                    "allow_delete", "allow_delete",
                                    "hard_delete", "hard_delete",
                                    "interval", "sync"));
            default -> noResolver(table);
        }
    }

    private void refuse(ConfValue.Table table, String type, Map<String, String> shown) {
        shown.forEach(
                (key, name) -> {
                    boolean set =
                            member(table, key) instanceof ConfValue.Flag flag
                                    ? flag.value()
                                    : member(table, key) != null;
                    if (set) {
                        findings.error(table.at(), type + " does not accept " + name);
                    }
                });
    }

    private void noResolver(ConfValue value) {
        findings.error(
                value.at(),
                "error parsing account resolver, should be MEM or  URL(\"url\") or a map"
                        + " containing dir and type state=[FULL|CACHE])");
    }

    private void proxyKey(ConfValue value) {
        if (value instanceof ConfValue.Text text && !isAnyKey(text.value())) {
            findings.error(value.at(), "invalid proxy key \"" + text.value() + "\"");
        }
    }

    private static boolean isAnyKey(String text) {
        for (NKeyText.Kind kind : NKeyText.Kind.values()) {
            if (NKeyText.isKey(kind, text)) {
                return true;
            }
        }
        return false;
    }

    private void callout(ConfValue value) {
        if (!(value instanceof ConfValue.Table table)) {
            findings.error(
                    value.at(),
                    "Expected authorization callout to be a map/struct, got "
                            + GoText.plain(value));
            return;
        }
        if (!(member(table, "issuer") instanceof ConfValue.Text issuer)) {
            findings.error(last(table), "Authorization callouts require an issuer to be specified");
        } else if (!NKeyText.isKey(NKeyText.Kind.ACCOUNT, issuer.value())) {
            findings.error(
                    issuer.at(),
                    "Expected callout user to be a valid public account nkey, got \""
                            + issuer.value()
                            + "\"");
        } else if (member(table, "auth_users") == null && member(table, "users") == null) {
            findings.error(
                    last(table), "Authorization callouts require authorized users to be specified");
        }
    }

    private void clusterLogin(ConfValue value) {
        if (value instanceof ConfValue.Table table && member(table, "token") != null) {
            findings.error(value.at(), "Cluster authorization does not support tokens");
        } else if (value instanceof ConfValue.Table table && member(table, "users") != null) {
            findings.error(value.at(), "Cluster authorization does not allow multiple users");
        }
    }

    private void leafVersion(ConfValue value) {
        if (!(value instanceof ConfValue.Text text)) {
            return;
        }
        var version = VERSION.matcher(text.value());
        if (!version.matches()) {
            findings.error(value.at(), "invalid leafnode's minimum version: invalid semver");
        } else if (isBefore(version.group(1), version.group(2))) {
            findings.error(value.at(), "the minimum version should be at least 2.8.0");
        }
    }

    /** Long numbers are beyond any release. */
    private static boolean isBefore(String major, String minor) {
        if (major.length() > 3 || minor.length() > 5) {
            return false;
        }
        int first = Integer.parseInt(major);
        return first < 2 || (first == 2 && Integer.parseInt(minor) < MINOR_MIN);
    }

    private void remotes(ConfValue value) {
        if (!(value instanceof ConfValue.Array remotes)) {
            return;
        }
        Set<String> known = new TreeSet<>();
        for (ConfValue element : remotes.elements()) {
            if (element instanceof ConfValue.Table remote) {
                remote(remote, known);
            }
        }
    }

    private void remote(ConfValue.Table remote, Set<String> known) {
        ConfValue nkey = either(remote, "nkey", "seed");
        if (nkey != null && either(remote, "credentials", "creds") != null) {
            findings.error(nkey.at(), "Remote leafnode can not have both creds and nkey defined");
        }
        ConfValue urls = either(remote, "url", "urls");
        if (urls == null) {
            return;
        }
        String account =
                either(remote, "account", "local") instanceof ConfValue.Text text
                        ? text.value()
                        : "$G";
        String name = "urls=" + GoText.quoted(texts(urls)) + ", account=\"" + account + "\"";
        if (!known.add(name)) {
            findings.error(urls.at(), "duplicate remote " + name);
        }
    }

    private static @Nullable ConfValue either(ConfValue.Table table, String name, String alias) {
        ConfValue value = member(table, name);
        return value == null ? member(table, alias) : value;
    }

    private static @Nullable ConfValue member(ConfValue.Table table, String name) {
        for (Map.Entry<String, ConfValue> entry : table.entries().entrySet()) {
            if (entry.getKey().equalsIgnoreCase(name)) {
                return entry.getValue();
            }
        }
        return null;
    }

    private static boolean isOn(ConfValue.Table table, String name) {
        return member(table, name) instanceof ConfValue.Flag flag && flag.value();
    }

    /** nats-server blames what it read last. */
    private static Position last(ConfValue.Table table) {
        Position last = table.at();
        for (ConfValue value : table.entries().values()) {
            last = value.at();
        }
        return last;
    }

    private static Position place(ConfValue value) {
        return value instanceof ConfValue.Array array && !array.elements().isEmpty()
                ? array.elements().getLast().at()
                : value.at();
    }

    private static List<String> texts(ConfValue value) {
        List<String> texts = new ArrayList<>();
        List<ConfValue> elements =
                value instanceof ConfValue.Array array ? array.elements() : List.of(value);
        for (ConfValue element : elements) {
            if (element instanceof ConfValue.Text text) {
                texts.add(text.value());
            }
        }
        return texts;
    }
}
