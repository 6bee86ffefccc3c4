package io.millrace.monitor;

import io.millrace.broker.Account;
import io.millrace.broker.ConnectionInfo;
import io.millrace.broker.Interest;
import io.millrace.broker.Server;
import io.millrace.broker.SubscriptionView;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import io.millrace.protocol.Subjects;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** /subsz: how many subscriptions there are, and which. Any thread but the loop's. */
final class SubszPage {
    private static final int LIMIT = 1024;

    private final Server server;

    SubszPage(Server server) {
        this.server = server;
    }

    /** What was asked for, checked. */
    record Selection(boolean list, int offset, int limit, String account, String test) {
        /** What there is to say to whom asks for nothing in particular. */
        static final Selection USUAL = new Selection(false, 0, LIMIT, "", "");

        static Selection of(Query query) {
            boolean list = query.flag("subs");
            int offset = query.number("offset", 0);
            int limit = query.limit(LIMIT);
            String test = query.text("test");
            byte[] subject = test.getBytes(StandardCharsets.UTF_8);
            if (!test.isEmpty()
                    && !(Subjects.isValid(subject, 0, subject.length)
                            && Subjects.isLiteral(subject, 0, subject.length))) {
                throw new BadQuery("invalid test subject, must be valid publish subject: " + test);
            }
            return new Selection(list, offset, limit, query.text("acc"), test);
        }

        /** The same with each of them shown. */
        Selection listed() {
            return new Selection(true, offset, limit, account, test);
        }

        boolean admits(Account of) {
            return account.isEmpty() || account.equals(of.name());
        }
    }

    /** What the loop tells of the accounts that are meant. */
    private record Seen(
            List<Account> accounts,
            long count,
            long inserted,
            long removed,
            long lookups,
            long hits,
            Server.CacheView cache) {}

    /** Writes the fields. */
    void write(JsonPage page, Selection wanted) {
        Seen seen = server.ask(() -> look(wanted));
        List<SubscriptionView> found = wanted.list() ? find(seen, wanted) : List.of();
        page.text("server_id", server.identity().id())
                .text("now", GoTime.rfc3339(server.clock().epochNanos()))
                .number("num_subscriptions", seen.count);
        statistics(page, seen);
        page.number("total", found.size())
                .number("offset", wanted.offset())
                .number("limit", wanted.limit());
        int from = Math.min(wanted.offset(), found.size());
        int to = (int) Math.min(found.size(), (long) from + wanted.limit());
        if (from < to) {
            page.array("subscriptions_list");
            found.subList(from, to).forEach(view -> show(page, view));
            page.endArray();
        }
    }

    /** Writes what there is to say of the interest in one account. Loop only. */
    static void statistics(JsonPage page, Server server, Account account) {
        page.number("num_subscriptions", account.interest().size());
        statistics(page, seen(server, List.of(account), account));
    }

    private static void statistics(JsonPage page, Seen seen) {
        page.number("num_cache", seen.cache.subjects())
                .number("num_inserts", seen.inserted)
                .number("num_removes", seen.removed)
                .number("num_matches", seen.lookups)
                .decimal("cache_hit_rate", share(seen.hits, seen.lookups))
                .number("max_fanout", seen.cache.mostReceivers())
                .decimal("avg_fanout", share(seen.cache.receivers(), seen.cache.subjects()));
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    private Seen look(Selection wanted) {
        List<Account> accounts = new ArrayList<>();
        for (Account account : server.accounts().all()) {
            if (wanted.admits(account)) {
                accounts.add(account);
            }
        }
        return seen(server, accounts, wanted.account().isEmpty() ? null : first(accounts));
    }

    private static @Nullable Account first(List<Account> accounts) {
        return accounts.isEmpty() ? null : accounts.getFirst();
    }

    private static Seen seen(Server server, List<Account> accounts, @Nullable Account only) {
        long count = 0;
        long inserted = 0;
        long removed = 0;
        long lookups = 0;
        long hits = 0;
        for (Account account : accounts) {
            Interest.Activity activity = account.interest().activity();
            count += account.interest().size();
            inserted += activity.inserted();
            removed += activity.removed();
            lookups += activity.lookups();
            hits += activity.hits();
        }
        Server.CacheView cache =
                accounts.isEmpty() ? new Server.CacheView(0, 0, 0) : server.cache(only);
        return new Seen(accounts, count, inserted, removed, lookups, hits, cache);
    }

    private List<SubscriptionView> find(Seen seen, Selection wanted) {
        List<SubscriptionView> found = new ArrayList<>();
        if (!wanted.test().isEmpty()) {
            for (Account account : seen.accounts) {
                found.addAll(server.ask(() -> server.matching(account, wanted.test())));
            }
            return found;
        }
        for (Account account : seen.accounts) {
            found.addAll(server.ask(() -> server.ownSubscriptions(account)));
            found.addAll(server.ask(() -> server.importedSubscriptions(account)));
        }
        for (ConnectionInfo info : Connections.open(server, true)) {
            if (wanted.account().isEmpty() || wanted.account().equals(info.account())) {
                info.subscriptions().forEach(s -> found.add(view(info, s)));
            }
        }
        return found;
    }

    private static SubscriptionView view(ConnectionInfo info, ConnectionInfo.SubscriptionInfo s) {
        return new SubscriptionView(
                info.account(), s.subject(), s.queue(), s.sid(), s.delivered(), s.max(), s.cid());
    }

    private static void show(JsonPage page, SubscriptionView view) {
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
}
