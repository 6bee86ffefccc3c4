package io.millrace.monitor;

import io.millrace.broker.Account;
import io.millrace.broker.Server;
import io.millrace.broker.SubscriptionView;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import java.util.ArrayList;
import java.util.List;

/** /subsz: how many subscriptions there are, and which. Any thread. */
final class SubszPage {
    private static final int LIMIT = 1024;

    private final Server server;

    SubszPage(Server server) {
        this.server = server;
    }

    /** What was asked for, checked. */
    record Selection(boolean list, int offset, int limit, String account, String test) {
        static Selection of(Query query) {
            int limit = query.number("limit", LIMIT);
            return new Selection(
                    query.flag("subs"),
                    query.number("offset", 0),
                    limit == 0 ? LIMIT : limit,
                    query.text("acc"),
                    query.text("test"));
        }

        boolean admits(Account of) {
            return list && (account.isEmpty() || account.equals(of.name()));
        }
    }

    String body(Query query) {
        Selection wanted = Selection.of(query);
        return server.ask(
                () -> {
                    JsonPage page = JsonPage.indented().object(null);
                    write(page, wanted);
                    return page.endObject().toString();
                });
    }

    /** Writes the fields. Loop only. */
    void write(JsonPage page, Selection wanted) {
        List<SubscriptionView> found = new ArrayList<>();
        long total = 0;
        for (Account account : server.accounts().all()) {
            total += account.interest().size();
            if (wanted.admits(account)) {
                found.addAll(server.subscriptions(account, wanted.test()));
            }
        }
        write(page, total, found, wanted);
    }

    private void write(JsonPage page, long total, List<SubscriptionView> found, Selection wanted) {
        page.text("server_id", server.identity().id())
                .text("now", GoTime.rfc3339(server.clock().epochNanos()))
                .number("num_subscriptions", total)
                .number("num_cache", 0)
                .number("num_inserts", 0)
                .number("num_removes", 0)
                .number("num_matches", 0)
                .number("cache_hit_rate", 0)
                .number("max_fanout", 0)
                .number("avg_fanout", 0)
                .number("total", found.size())
                .number("offset", wanted.offset())
                .number("limit", wanted.limit());
        int from = Math.min(wanted.offset(), found.size());
        int to = (int) Math.min(found.size(), (long) from + wanted.limit());
        if (wanted.list() && from < to) {
            page.array("subscriptions_list");
            for (SubscriptionView view : found.subList(from, to)) {
                page.object(null)
                        .text("account", view.account())
                        .text("account_tag", view.account())
                        .text("subject", view.subject())
                        .textUnlessEmpty("qgroup", view.queue())
                        .text("sid", view.sid())
                        .number("msgs", view.delivered())
                        .numberUnlessZero("max", view.max())
                        .number("cid", view.connectionId())
                        .endObject();
            }
            page.endArray();
        }
    }
}
