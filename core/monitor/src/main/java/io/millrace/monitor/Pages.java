package io.millrace.monitor;

import io.millrace.broker.Account;
import io.millrace.broker.Server;
import io.millrace.jetstream.JetStream;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import io.millrace.runtime.Log;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Which path shows what. Any thread. */
final class Pages {
    private static final String[] LINKS = {
        "varz", "jsz", "connz", "accountz", "accstatz", "subsz", "healthz"
    };

    private final Server server;
    private final Monitor monitor;
    private final VarzPage varz;
    private final ConnzPage connz;
    private final SubszPage subsz;
    private final JszPage jsz;
    private final HealthCheck healthz;
    private final AccountzPage accountz;

    Pages(Server server, Supplier<@Nullable JetStream> jetstream, Monitor monitor, Log log) {
        this.server = server;
        this.monitor = monitor;
        this.varz = new VarzPage(server, jetstream, monitor);
        this.connz = new ConnzPage(server);
        this.subsz = new SubszPage(server);
        this.jsz = new JszPage(server, jetstream);
        this.healthz = new HealthCheck(server, jetstream, log);
        this.accountz = new AccountzPage(server, jetstream);
    }

    Page page(String path, Query query) {
        try {
            return switch (path) {
                case "/" -> Page.html(index());
                case "" -> monitor.basePath().isEmpty() ? Page.html(index()) : Page.notFound();
                case "/varz" -> Page.json(varz.body());
                case "/connz" -> Page.json(connz.body(query));
                case "/subsz", "/subscriptionsz" -> Page.json(subsz.body(query));
                case "/accountz" -> accountz.page(query);
                case "/accstatz" -> Page.json(accstatz(query));
                case "/jsz" -> Page.json(jsz.body(query));
                case "/healthz" -> healthz.page(query);
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
}
