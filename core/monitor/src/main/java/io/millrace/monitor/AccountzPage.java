package io.millrace.monitor;

import io.millrace.broker.Account;
import io.millrace.broker.Server;
import io.millrace.jetstream.JetStream;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** /accountz: which accounts there are, and what one of them is. Any thread. */
final class AccountzPage {
    private final Server server;
    private final Supplier<@Nullable JetStream> jetstream;

    AccountzPage(Server server, Supplier<@Nullable JetStream> jetstream) {
        this.server = server;
        this.jetstream = jetstream;
    }

    Page page(Query query) {
        String wanted = query.text("acc");
        return server.ask(() -> page(wanted));
    }

    private Page page(String wanted) {
        JsonPage page =
                JsonPage.indented()
                        .object(null)
                        .text("server_id", server.identity().id())
                        .text("now", GoTime.rfc3339(server.clock().epochNanos()));
        Account system = server.accounts().system();
        page.textUnlessEmpty("system_account", system == null ? null : system.name());
        if (wanted.isEmpty()) {
            page.array("accounts");
            server.accounts().all().forEach(account -> page.text(null, account.name()));
            return Page.json(page.endArray().endObject().toString());
        }
        Account account = server.accounts().find(wanted);
        if (account == null) {
            return Page.plain(400, "Error creating accountz: account " + wanted + " not found");
        }
        page.object("account_detail");
        detail(page, account);
        return Page.json(page.endObject().endObject().toString());
    }

    /** Writes the fields of one account. Loop only. */
    void detail(JsonPage page, Account account) {
        JetStream streams = jetstream.get();
        page.text("account_name", account.name())
                .text("update_time", GoTime.rfc3339(server.startEpochNanos()))
                .flagUnlessFalse("is_system", account == server.accounts().system())
                .flag("expired", false)
                .flag("complete", true)
                .flag("jetstream_enabled", streams != null && streams.has(account.name()))
                .number("leafnode_connections", 0)
                .number("client_connections", account.connections())
                .number("subscriptions", account.interest().size());
    }
}
