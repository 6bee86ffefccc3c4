package io.millrace.monitor;

import io.millrace.broker.Server;
import io.millrace.jetstream.AccountView;
import io.millrace.jetstream.ConsumerView;
import io.millrace.jetstream.JetStream;
import io.millrace.jetstream.JetStreamView;
import io.millrace.jetstream.StreamView;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * /jsz: what JetStream holds, by account, stream and consumer as wanted. Any thread but the loop's.
 */
/* What is seen is gathered on the loop, what is said about it is written elsewhere: a page over
 * thousands of streams holds nobody up for longer than the gathering. */
final class JszPage {
    private static final int LIMIT = 1024;

    private final Server server;
    private final Supplier<@Nullable JetStream> jetstream;

    JszPage(Server server, Supplier<@Nullable JetStream> jetstream) {
        this.server = server;
        this.jetstream = jetstream;
    }

    /**
     * What was asked for, checked. A lone server leads everything, so that nothing has to be left
     * out for whom only leaders matter.
     *
     * @param raft whether it is counted what this server leads
     */
    record Selection(
            String account,
            boolean accounts,
            boolean streams,
            boolean consumers,
            boolean directConsumers,
            boolean config,
            boolean raft,
            int offset,
            int limit) {
        static Selection of(Query query) {
            boolean accounts = query.flag("accounts");
            boolean streams = query.flag("streams");
            boolean consumers = query.flag("consumers");
            boolean direct = query.flag("direct-consumers");
            boolean config = query.flag("config");
            int offset = query.number("offset", 0);
            int limit = query.limit(LIMIT);
            query.flag("leader-only");
            boolean raft = query.flag("raft");
            query.flag("stream-leader-only");
            return new Selection(
                    query.text("acc"),
                    accounts || streams || consumers,
                    streams || consumers,
                    consumers,
                    direct,
                    config,
                    raft,
                    offset,
                    limit);
        }

        /** The same in a request to the system account, where some names differ. */
        static Selection of(Map<String, String> fields) {
            fields.putIfAbsent("acc", fields.getOrDefault("account", ""));
            fields.putIfAbsent("consumers", fields.getOrDefault("consumer", ""));
            fields.putIfAbsent("direct-consumers", fields.getOrDefault("direct_consumer", ""));
            return of(Query.of(fields));
        }

        /** The same for one account only. */
        Selection in(String name) {
            return new Selection(
                    name, true, streams, consumers, directConsumers, config, raft, offset, limit);
        }
    }

    /** An account with what was wanted of it. */
    private record Detail(AccountView account, List<StreamView> streams) {}

    /** What the loop has found. */
    record Seen(JetStreamView view, List<Detail> details) {}

    /** Writes the fields of the page. */
    void write(JsonPage page, Selection wanted) {
        write(page, wanted, look(wanted));
    }

    /** Gathers what is wanted, one account after the other; null when there is no JetStream. */
    @Nullable Seen look(Selection wanted) {
        JetStream source = jetstream.get();
        if (source == null) {
            return null;
        }
        JetStreamView view = server.ask(source::view);
        List<Detail> details = new ArrayList<>();
        for (AccountView account : accounts(view, wanted)) {
            details.add(
                    new Detail(
                            account,
                            wanted.streams
                                    ? server.ask(
                                            () -> source.streams(account.name(), wanted.consumers))
                                    : List.of()));
        }
        return new Seen(view, details);
    }

    private static List<AccountView> accounts(JetStreamView view, Selection wanted) {
        AccountView one = view.account(wanted.account);
        if (one != null) {
            return List.of(one);
        }
        if (!wanted.accounts) {
            return List.of();
        }
        List<AccountView> all = view.accounts();
        int from = Math.min(wanted.offset, all.size());
        return all.subList(from, (int) Math.min(all.size(), (long) from + wanted.limit));
    }

    private void write(JsonPage page, Selection wanted, @Nullable Seen seen) {
        if (seen == null) {
            nothing(page);
            return;
        }
        JetStreamView view = seen.view;
        JetStreamBlocks.statistics(page, view);
        begin(page);
        JetStreamBlocks.config(page, view, server.options().jetstream(), true);
        JetStreamBlocks.limits(page, server.options().jetstream().limits());
        page.number("streams", view.streams());
        if (wanted.raft) {
            page.numberUnlessZero("streams_leader", view.streams());
        }
        page.number("consumers", view.consumers());
        if (wanted.raft) {
            page.numberUnlessZero("consumers_leader", view.consumers());
        }
        page.number("messages", view.messages()).number("bytes", view.bytes());
        if (!seen.details.isEmpty()) {
            page.array("account_details");
            for (Detail detail : seen.details) {
                page.object(null);
                detail(page, wanted, detail);
                page.endObject();
            }
            page.endArray();
        }
        page.number("total", view.accounts().size());
    }

    private void begin(JsonPage page) {
        page.text("server_id", server.identity().id())
                .text("now", GoTime.rfc3339(server.clock().epochNanos()));
    }

    private void nothing(JsonPage page) {
        page.number("memory", 0)
                .number("storage", 0)
                .number("reserved_memory", 0)
                .number("reserved_storage", 0)
                .number("accounts", 0);
        JetStreamBlocks.api(page, 0, 0, 0);
        begin(page);
        page.flag("disabled", true)
                .object("config")
                .number("max_memory", 0)
                .number("max_storage", 0)
                .endObject();
        for (String count : List.of("streams", "consumers", "messages", "bytes", "total")) {
            page.number(count, 0);
        }
    }

    /** Writes the fields of the only account that was looked at. */
    void writeOnly(JsonPage page, Selection wanted, Seen seen) {
        detail(page, wanted, seen.details.getFirst());
    }

    private void detail(JsonPage page, Selection wanted, Detail detail) {
        AccountView account = detail.account;
        page.text("name", account.name())
                .text("id", account.name())
                .number("memory", account.memoryBytes())
                .number("storage", account.storageBytes())
                .unsigned("reserved_memory", account.maxMemory())
                .unsigned("reserved_storage", account.maxStorage())
                .number("accounts", 0);
        JetStreamBlocks.api(page, 0, account.requests(), account.errors());
        if (!detail.streams.isEmpty()) {
            page.array("stream_detail");
            for (StreamView stream : detail.streams) {
                stream(page, wanted, stream);
            }
            page.endArray();
        }
    }

    private void stream(JsonPage page, Selection wanted, StreamView stream) {
        page.object(null)
                .text("name", stream.name())
                .text("created", GoTime.rfc3339(stream.createdNanos()))
                .object("cluster")
                .text("leader", server.identity().name())
                .endObject();
        if (wanted.config) {
            stream.config().write(page, "config");
        }
        stream.writeState(page);
        if (!stream.consumers().isEmpty()) {
            page.array("consumer_detail");
            for (ConsumerView consumer : stream.consumers()) {
                page.object(null);
                consumer.write(page, wanted.config ? consumer.config() : null);
                page.endObject();
            }
            page.endArray();
        }
        page.endObject();
    }
}
