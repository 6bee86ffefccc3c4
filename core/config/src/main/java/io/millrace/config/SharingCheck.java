package io.millrace.config;

import io.millrace.protocol.InvalidTransformException;
import io.millrace.protocol.SubjectAlias;
import io.millrace.protocol.Subjects;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Holds imports and exports of all accounts against each other: who may have what, and nothing may
 * come back to where it was. Used once, by the thread that reads.
 */
final class SharingCheck {
    private final Map<String, AccountOptions> accounts = new LinkedHashMap<>();
    private final Map<String, List<ImportOptions>> accepted = new LinkedHashMap<>();
    private final Position at;
    private final Findings findings;

    SharingCheck(List<AccountOptions> accounts, Position at, Findings findings) {
        accounts.forEach(account -> this.accounts.put(account.name(), account));
        this.at = at;
        this.findings = findings;
    }

    /** In nats-server's order: exports, then imports, streams before services. */
    void check() {
        for (boolean services : new boolean[] {false, true}) {
            accounts.values().forEach(account -> exports(account, services));
        }
        for (boolean services : new boolean[] {false, true}) {
            accounts.values().forEach(account -> imports(account, services));
        }
    }

    private void exports(AccountOptions account, boolean services) {
        for (ExportOptions export : account.exports()) {
            if (export.isService() == services) {
                export(export);
            }
        }
    }

    private void export(ExportOptions export) {
        String kind = kind(export.isService());
        List<String> named = export.accounts();
        if (named != null) {
            for (String name : named) {
                if (!accounts.containsKey(name)) {
                    error("\"" + name + "\" account not defined for " + kind + " export");
                    return;
                }
            }
        }
        if (!isTokenWild(export)) {
            failed(kind + " export", export.subject(), "sublist: invalid subject");
            return;
        }
        ExportOptions.Latency latency = export.latency();
        String wrong = latency == null ? null : wrong(latency.subject(), export);
        if (latency != null && wrong != null) {
            error(
                    "Error adding service latency sampling for \""
                            + export.subject()
                            + "\" on subject \""
                            + latency.subject()
                            + "\": "
                            + wrong);
        }
    }

    private static @Nullable String wrong(String results, ExportOptions export) {
        if (!isResultSubject(results, export.subject())) {
            return "invalid publish subject";
        }
        return export.responses() == ExportOptions.Responses.SINGLETON
                ? null
                : "bad service response type";
    }

    private static boolean isTokenWild(ExportOptions export) {
        String[] tokens = export.subject().split("\\.", -1);
        int position = export.tokenPosition();
        return position == 0 || (position <= tokens.length && tokens[position - 1].equals("*"));
    }

    /** A result that is a request itself would be measured, too. */
    private static boolean isResultSubject(String subject, String measured) {
        byte[] b = subject.getBytes(StandardCharsets.UTF_8);
        return Subjects.isLiteral(b, 0, b.length) && !isSubset(subject, measured);
    }

    private void imports(AccountOptions account, boolean services) {
        for (ImportOptions wanted : account.imports()) {
            if (wanted.isService() == services) {
                imported(account, wanted);
            }
        }
    }

    private void imported(AccountOptions account, ImportOptions wanted) {
        String kind = kind(wanted.isService()) + " import";
        AccountOptions exporter = accounts.get(wanted.account());
        if (exporter == null) {
            error("\"" + wanted.account() + "\" account not defined for " + kind);
            return;
        }
        String problem = problem(account, exporter, wanted);
        if (problem == null) {
            accepted.computeIfAbsent(account.name(), name -> new ArrayList<>()).add(wanted);
        } else {
            failed(kind, wanted.subject(), problem);
        }
    }

    private @Nullable String problem(
            AccountOptions account, AccountOptions exporter, ImportOptions wanted) {
        if (!isAuthorized(exporter, account.name(), wanted)) {
            return kind(wanted.isService()) + " import not authorized";
        }
        if (hasWildcard(wanted.prefix())) {
            return "stream import prefix can not contain wildcard tokens";
        }
        Set<String> visited = new HashSet<>(Set.of(account.name()));
        if (comesBack(exporter.name(), wanted.subject(), wanted.isService(), visited)) {
            return "import forms a cycle";
        }
        if (!wanted.isService() && isTwice(account.name(), wanted)) {
            return "stream import already exists";
        }
        if (!wanted.to().isEmpty()) {
            try {
                SubjectAlias.of(wanted.subject(), wanted.to());
            } catch (InvalidTransformException invalid) {
                boolean service = wanted.isService();
                return "failed to create mapping transform for "
                        + kind(service)
                        + " import subject from \""
                        + (service ? wanted.to() : wanted.subject())
                        + "\" to \""
                        + (service ? wanted.subject() : wanted.to())
                        + "\": "
                        + invalid.getMessage();
            }
        }
        return null;
    }

    private boolean isTwice(String account, ImportOptions wanted) {
        return of(account).stream()
                .anyMatch(
                        other ->
                                !other.isService()
                                        && other.account().equals(wanted.account())
                                        && other.subject().equals(wanted.subject())
                                        && other.local().equals(wanted.local()));
    }

    /** The export of that very subject decides; else any that covers it will do. */
    private static boolean isAuthorized(
            AccountOptions exporter, String importer, ImportOptions wanted) {
        if (!Subjects.isValid(wanted.subject())) {
            return false;
        }
        ExportOptions exact = null;
        boolean covered = false;
        for (ExportOptions export : exporter.exports()) {
            if (export.isService() != wanted.isService()) {
                continue;
            }
            if (export.subject().equals(wanted.subject())) {
                exact = export;
            }
            covered |=
                    isSubset(wanted.subject(), export.subject())
                            && export.admits(importer, wanted.subject());
        }
        return exact == null ? covered : exact.admits(importer, wanted.subject());
    }

    /** Whether what is asked of {@code account} leads on to an account that has been there. */
    private boolean comesBack(
            String account, String subject, boolean service, Set<String> visited) {
        for (ImportOptions further : of(account)) {
            if (further.isService() != service || !overlaps(further, subject)) {
                continue;
            }
            if (visited.contains(further.account())) {
                return true;
            }
            Set<String> longer = new HashSet<>(visited);
            longer.add(account);
            if (comesBack(further.account(), further.subject(), service, longer)) {
                return true;
            }
        }
        return false;
    }

    private static boolean overlaps(ImportOptions further, String subject) {
        try {
            return SubjectAlias.of(further.subject(), further.local()).common(subject) != null;
        } catch (InvalidTransformException never) {
            return false;
        }
    }

    private List<ImportOptions> of(String account) {
        return accepted.getOrDefault(account, List.of());
    }

    private static boolean isSubset(String narrow, String wide) {
        return ExportOptions.covers(wide, narrow);
    }

    private static boolean hasWildcard(String subject) {
        byte[] b = subject.getBytes(StandardCharsets.UTF_8);
        return Subjects.hasWildcard(b, 0, b.length);
    }

    private static String kind(boolean service) {
        return service ? "service" : "stream";
    }

    private void failed(String what, String subject, String why) {
        error("Error adding " + what + " \"" + subject + "\": " + why);
    }

    private void error(String text) {
        findings.error(at, text);
    }
}
