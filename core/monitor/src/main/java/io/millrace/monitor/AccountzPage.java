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
        SharingBlocks shared = new SharingBlocks(server, account, streams != null);
        shared.exports(page);
        shared.imports(page);
        page.text("name_tag", account.name()).object("sublist_stats");
        SubszPage.statistics(page, server, account);
        page.endObject();
        shared.responses(page);
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
}
