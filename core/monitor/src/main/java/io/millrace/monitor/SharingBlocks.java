package io.millrace.monitor;

import io.millrace.broker.Account;
import io.millrace.broker.ResponseView;
import io.millrace.broker.Server;
import io.millrace.config.AccountOptions;
import io.millrace.config.ExportOptions;
import io.millrace.config.ImportOptions;
import io.millrace.protocol.InvalidTransformException;
import io.millrace.protocol.JsonPage;
import io.millrace.protocol.SubjectAlias;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What /accountz tells of what an account shares with others. Loop only. */
final class SharingBlocks {
    private final Server server;
    private final Account account;
    private final @Nullable Account system;
    private final boolean withStreams;

    SharingBlocks(Server server, Account account, boolean withStreams) {
        this.server = server;
        this.account = account;
        this.system = server.accounts().system();
        this.withStreams = withStreams;
    }

    private @Nullable AccountOptions configured(String name) {
        return server.options().accounts().stream()
                .filter(options -> options.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    void exports(JsonPage page) {
        AccountOptions options = configured(account.name());
        List<ExportOptions> exports = options == null ? List.of() : options.exports();
        if (exports.isEmpty() && account != system) {
            return;
        }
        page.array("exports");
        if (account == system) {
            export(page, "$SYS.DEBUG.SUBSCRIBERS", "Singleton");
            export(page, "$SYS.REQ.USER.*.INFO", "Singleton");
            if (withStreams) {
                export(page, "$JS.API.>", "Singleton");
            }
            export(page, "$SYS.REQ.ACCOUNT.*.CONNZ", "Streamed");
            export(page, "$SYS.REQ.ACCOUNT.*.STATZ", "Streamed");
        }
        exports.stream().filter(ExportOptions::isService).forEach(e -> export(page, e));
        exports.stream().filter(e -> !e.isService()).forEach(e -> export(page, e));
        page.endArray();
    }

    private static void export(JsonPage page, String subject, String responses) {
        page.object(null)
                .text("subject", subject)
                .text("type", "service")
                .text("response_type", responses)
                .endObject();
    }

    private static void export(JsonPage page, ExportOptions export) {
        page.object(null)
                .text("subject", export.subject())
                .text("type", export.isService() ? "service" : "stream");
        if (export.isService()) {
            page.text("response_type", export.responses().text());
        }
        List<String> accounts = export.accounts();
        if (accounts != null && !accounts.isEmpty()) {
            page.array("approved_accounts");
            accounts.forEach(name -> page.text(null, name));
            page.endArray();
        }
        latency(page, "service_latency", export.latency());
        page.endObject();
    }

    private static void latency(
            JsonPage page, String key, ExportOptions.@Nullable Latency latency) {
        if (latency == null) {
            return;
        }
        page.object(key);
        if (latency.samplingPercent() == 0) {
            page.text("sampling", "headers");
        } else {
            page.number("sampling", latency.samplingPercent());
        }
        page.text("results", latency.subject()).endObject();
    }

    void imports(JsonPage page) {
        AccountOptions options = configured(account.name());
        List<ImportOptions> imports = options == null ? List.of() : options.imports();
        if (imports.isEmpty() && system == null) {
            return;
        }
        page.array("imports");
        for (ImportOptions taken : imports) {
            if (!taken.isService()) {
                page.object(null)
                        .text("subject", taken.subject())
                        .text("account", taken.account())
                        .text("local_subject", local(taken))
                        .text("type", "stream")
                        .flag("invalid", false)
                        .flag("share", false)
                        .flag("tracking", false)
                        .endObject();
            }
        }
        ofSystem(page);
        for (ImportOptions asked : imports) {
            if (asked.isService()) {
                service(
                        page,
                        asked.account(),
                        asked.subject(),
                        local(asked),
                        asked.share(),
                        latency(asked));
            }
        }
        page.endArray();
    }

    private void ofSystem(JsonPage page) {
        if (system == null) {
            return;
        }
        String name = account.name();
        String from = system.name();
        if (account != system) {
            String connz = "$SYS.REQ.ACCOUNT." + name + ".CONNZ";
            String statz = "$SYS.REQ.ACCOUNT." + name + ".STATZ";
            service(page, from, connz, "$SYS.REQ.ACCOUNT.PING.CONNZ", false, null);
            service(page, from, connz, "$SYS.REQ.SERVER.PING.CONNZ", false, null);
            service(page, from, statz, "$SYS.REQ.ACCOUNT.PING.STATZ", false, null);
        }
        String user = "$SYS.REQ.USER." + name + ".INFO";
        service(page, from, user, "$SYS.REQ.USER.INFO", true, null);
        if (account != system && withStreams) {
            service(page, from, "$JS.API.>", "$JS.API.>", true, null);
        }
    }

    /** Its name here, with wildcards for what is numbered. */
    private static String local(ImportOptions wanted) {
        try {
            return SubjectAlias.of(wanted.subject(), wanted.local()).here();
        } catch (InvalidTransformException asItIs) {
            return wanted.local();
        }
    }

    private ExportOptions.@Nullable Latency latency(ImportOptions asked) {
        AccountOptions exporter = configured(asked.account());
        return exporter == null
                ? null
                : exporter.exports().stream()
                        .filter(ExportOptions::isService)
                        .filter(e -> ExportOptions.covers(e.subject(), asked.subject()))
                        .map(ExportOptions::latency)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null);
    }

    private static void service(
            JsonPage page,
            String from,
            String subject,
            String local,
            boolean shared,
            ExportOptions.@Nullable Latency latency) {
        page.object(null)
                .text("subject", subject)
                .text("account", from)
                .text("to", local)
                .text("local_subject", local)
                .text("type", "service")
                .flag("invalid", false)
                .flag("share", shared)
                .flag("tracking", false);
        latency(page, "latency", latency);
        page.endObject();
    }

    void responses(JsonPage page) {
        List<ResponseView> awaited = server.awaitedResponses(account);
        if (awaited.isEmpty()) {
            return;
        }
        page.object("responses");
        for (ResponseView response : awaited) {
            page.object(response.subject())
                    .text("subject", response.to())
                    .text("account", response.account())
                    .text("to", response.subject())
                    .text("local_subject", response.subject())
                    .number("type", 2)
                    .flag("invalid", false)
                    .flag("share", response.isShared())
                    .flag("tracking", false)
                    .endObject();
        }
        page.endObject();
    }
}
