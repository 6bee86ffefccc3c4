package io.millrace.monitor;

import io.millrace.broker.Account;
import io.millrace.broker.Server;
import io.millrace.protocol.JsonPage;
import java.util.List;

/** /accstatz: how much each account has sent and received. Any thread but the loop's. */
final class AccstatzPage {
    private final Server server;

    AccstatzPage(Server server) {
        this.server = server;
    }

    /**
     * Writes the fields.
     *
     * @param unused whether accounts without a connection are wanted, too
     */
    void write(JsonPage page, boolean unused) {
        Views.begin(page, server);
        list(page, server.ask(() -> server.accounts().all()), unused);
    }

    /**
     * The same of some accounts only.
     *
     * @return whether there is one to show
     */
    boolean write(JsonPage page, List<String> names, boolean unused) {
        List<Account> found =
                server.ask(
                        () ->
                                server.accounts().all().stream()
                                        .filter(account -> names.contains(account.name()))
                                        .toList());
        Views.begin(page, server);
        list(page, found, unused);
        return !found.isEmpty();
    }

    private void list(JsonPage page, List<Account> accounts, boolean unused) {
        page.array("account_statz");
        server.ask(
                () -> {
                    for (Account account : accounts) {
                        if (unused || account.connections() > 0) {
                            page.object(null);
                            server.events().account(page, account);
                            page.endObject();
                        }
                    }
                    return true;
                });
        page.endArray();
    }
}
