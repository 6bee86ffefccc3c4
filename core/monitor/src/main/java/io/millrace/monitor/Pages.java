package io.millrace.monitor;

import io.millrace.broker.Account;
import io.millrace.broker.Server;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import java.util.List;

/** Which path shows what. Any thread. */
final class Pages {
    private static final String[] LINKS = {
        "varz", "connz", "subsz", "accountz", "accstatz", "healthz"
    };

    private final Server server;
    private final Monitor monitor;
    private final VarzPage varz;
    private final ConnzPage connz;
    private final SubszPage subsz;

    Pages(Server server, Monitor monitor) {
        this.server = server;
        this.monitor = monitor;
        this.varz = new VarzPage(server, monitor);
        this.connz = new ConnzPage(server);
        this.subsz = new SubszPage(server);
    }

    Page page(String path, Query query) {
        try {
            return switch (path) {
                case "/" -> Page.html(index());
                case "" -> monitor.basePath().isEmpty() ? Page.html(index()) : Page.notFound();
                case "/varz" -> Page.json(varz.body());
                case "/connz" -> Page.json(connz.body(query));
                case "/subsz", "/subscriptionsz" -> Page.json(subsz.body(query));
                case "/accountz" -> accountz(query);
                case "/accstatz" -> Page.json(accstatz(query));
                case "/healthz" -> healthz(query);
                default -> Page.notFound();
            };
        } catch (BadQuery bad) {
            return Page.plain(400, bad.text());
        }
    }

    private String index() {
        StringBuilder html =
                new StringBuilder(
                        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                                + "<title>Millrace</title></head><body><h1>Millrace</h1><ul>\n");
        for (String link : LINKS) {
            html.append("<li><a href=\"")
                    .append(monitor.basePath())
                    .append('/')
                    .append(link)
                    .append("\">")
                    .append(link)
                    .append("</a></li>\n");
        }
        return html.append("</ul></body></html>\n").toString();
    }

    private JsonPage begin() {
        return JsonPage.indented()
                .object(null)
                .text("server_id", server.identity().id())
                .text("now", GoTime.rfc3339(server.clock().epochNanos()));
    }

    private Page accountz(Query query) {
        String wanted = query.text("acc");
        return server.ask(
                () -> {
                    JsonPage page = begin();
                    Account system = server.accounts().system();
                    page.textUnlessEmpty("system_account", system == null ? null : system.name());
                    if (wanted.isEmpty()) {
                        page.array("accounts");
                        server.accounts().all().forEach(account -> page.text(null, account.name()));
                        return Page.json(page.endArray().endObject().toString());
                    }
                    Account account = server.accounts().find(wanted);
                    if (account == null) {
                        return Page.plain(
                                400, "Error creating accountz: account " + wanted + " not found");
                    }
                    detail(page, account);
                    return Page.json(page.endObject().toString());
                });
    }

    private void detail(JsonPage page, Account account) {
        page.object("account_detail")
                .text("account_name", account.name())
                .text("update_time", GoTime.rfc3339(server.startEpochNanos()))
                .flagUnlessFalse("is_system", account == server.accounts().system())
                .flag("expired", false)
                .flag("complete", true)
                .flag("jetstream_enabled", false)
                .number("leafnode_connections", 0)
                .number("client_connections", account.connections())
                .number("subscriptions", account.interest().size())
                .endObject();
    }

    private String accstatz(Query query) {
        boolean unused = query.flag("unused");
        return server.ask(
                () -> {
                    JsonPage page = begin().array("account_statz");
                    List<Account> accounts = server.accounts().all();
                    for (Account account : accounts) {
                        if (unused || account.connections() > 0) {
                            statistics(page, account);
                        }
                    }
                    return page.endArray().endObject().toString();
                });
    }

    private static void statistics(JsonPage page, Account account) {
        page.object(null)
                .text("acc", account.name())
                .text("name", account.name())
                .number("conns", account.connections())
                .number("leafnodes", 0)
                .number("total_conns", account.connections())
                .number("num_subscriptions", account.interest().size())
                .object("sent")
                .number("msgs", account.traffic().outMessages())
                .number("bytes", account.traffic().outBytes())
                .endObject()
                .object("received")
                .number("msgs", account.traffic().inMessages())
                .number("bytes", account.traffic().inBytes())
                .endObject()
                .number("slow_consumers", account.slowConsumers())
                .endObject();
    }

    private Page healthz(Query query) {
        query.flag("js-enabled-only");
        query.flag("js-server-only");
        boolean wantsJetStream = query.flag("js-enabled-only") || query.flag("js-enabled");
        if (wantsJetStream) {
            return Page.json(
                    503,
                    JsonPage.indented()
                            .object(null)
                            .text("status", "unavailable")
                            .number("status_code", 503)
                            .text("error", "JetStream not enabled")
                            .endObject()
                            .toString());
        }
        return Page.json(
                JsonPage.indented().object(null).text("status", "ok").endObject().toString());
    }
}
