package io.millrace.monitor;

import io.millrace.broker.Account;
import io.millrace.broker.Server;
import io.millrace.config.AccountOptions;
import io.millrace.config.MappingOptions;
import io.millrace.jetstream.JetStream;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * /accountz: which accounts there are, and what one of them is. Any thread but the loop's.
 *
 * <p>What every account may ask the system account shows as exports and imports, as in the
 * reference, where it is done with these.
 */
final class AccountzPage {
    private final Server server;
    private final Supplier<@Nullable JetStream> jetstream;

    AccountzPage(Server server, Supplier<@Nullable JetStream> jetstream) {
        this.server = server;
        this.jetstream = jetstream;
    }

    /**
     * Writes the fields.
     *
     * @param wanted the account of which everything is told; empty for the list of all
     */
    void write(JsonPage page, String wanted) {
        server.ask(
                () -> {
                    if (wanted.isEmpty()) {
                        begin(page);
                        page.array("accounts");
                        server.accounts().all().forEach(a -> page.text(null, a.name()));
                        page.endArray();
                        return true;
                    }
                    Account account = known(wanted);
                    begin(page);
                    page.object("account_detail");
                    fields(page, account);
                    page.endObject();
                    return true;
                });
    }

    private Account known(String name) {
        Account account = server.accounts().find(name);
        if (account == null) {
            throw new BadQuery("Account " + name + " does not exist");
        }
        return account;
    }

    private void begin(JsonPage page) {
        Views.begin(page, server);
        Account system = server.accounts().system();
        page.textUnlessEmpty("system_account", system == null ? null : system.name());
    }

    /** Writes the fields of one account. */
    void detail(JsonPage page, String name) {
        server.ask(
                () -> {
                    fields(page, known(name));
                    return true;
                });
    }

    private void fields(JsonPage page, Account account) {
        JetStream streams = jetstream.get();
        Account system = server.accounts().system();
        page.text("account_name", account.name())
                .text("update_time", GoTime.rfc3339(server.configLoadEpochNanos()))
                .flagUnlessFalse("is_system", account == system)
                .flag("expired", false)
                .flag("complete", true)
                .flag("jetstream_enabled", streams != null && streams.has(account.name()))
                .number("leafnode_connections", 0)
                .number("client_connections", account.connections())
                .number("subscriptions", account.interest().size());
        mappings(page, account);
        if (account == system) {
            exports(page, streams != null);
        }
        if (system != null) {
            imports(page, account, system, streams != null);
        }
        page.text("name_tag", account.name()).object("sublist_stats");
        SubszPage.statistics(page, server, account);
        page.endObject();
    }

    private void mappings(JsonPage page, Account account) {
        List<MappingOptions> mappings =
                server.options().accounts().stream()
                        .filter(options -> options.name().equals(account.name()))
                        .findFirst()
                        .map(AccountOptions::mappings)
                        .orElse(
                                account == server.accounts().global()
                                        ? server.options().mappings()
                                        : List.of());
        if (mappings.isEmpty()) {
            return;
        }
        page.object("mappings");
        for (MappingOptions mapping : mappings) {
            page.array(mapping.subject());
            for (MappingOptions.Destination to : mapping.destinations()) {
                page.object(null)
                        .text("subject", to.subject())
                        .number("weight", to.weight())
                        .textUnlessEmpty("cluster", to.cluster())
                        .endObject();
            }
            page.endArray();
        }
        page.endObject();
    }

    private static void exports(JsonPage page, boolean withStreams) {
        page.array("exports");
        export(page, "$SYS.DEBUG.SUBSCRIBERS", "Singleton");
        export(page, "$SYS.REQ.USER.*.INFO", "Singleton");
        if (withStreams) {
            export(page, "$JS.API.>", "Singleton");
        }
        export(page, "$SYS.REQ.ACCOUNT.*.CONNZ", "Streamed");
        export(page, "$SYS.REQ.ACCOUNT.*.STATZ", "Streamed");
        page.endArray();
    }

    private static void export(JsonPage page, String subject, String responses) {
        page.object(null)
                .text("subject", subject)
                .text("type", "service")
                .text("response_type", responses)
                .endObject();
    }

    private static void imports(
            JsonPage page, Account account, Account system, boolean withStreams) {
        String name = account.name();
        String from = system.name();
        page.array("imports");
        if (account != system) {
            String connz = "$SYS.REQ.ACCOUNT." + name + ".CONNZ";
            String statz = "$SYS.REQ.ACCOUNT." + name + ".STATZ";
            service(page, from, connz, "$SYS.REQ.ACCOUNT.PING.CONNZ", false);
            service(page, from, connz, "$SYS.REQ.SERVER.PING.CONNZ", false);
            service(page, from, statz, "$SYS.REQ.ACCOUNT.PING.STATZ", false);
        }
        service(page, from, "$SYS.REQ.USER." + name + ".INFO", "$SYS.REQ.USER.INFO", true);
        if (account != system && withStreams) {
            service(page, from, "$JS.API.>", "$JS.API.>", true);
        }
        page.endArray();
    }

    private static void service(
            JsonPage page, String from, String subject, String local, boolean shared) {
        page.object(null)
                .text("subject", subject)
                .text("account", from)
                .text("to", local)
                .text("local_subject", local)
                .text("type", "service")
                .flag("invalid", false)
                .flag("share", shared)
                .flag("tracking", false)
                .endObject();
    }
}
