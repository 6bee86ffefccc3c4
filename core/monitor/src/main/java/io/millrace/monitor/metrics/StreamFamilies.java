package io.millrace.monitor.metrics;

import io.millrace.jetstream.AccountView;
import io.millrace.jetstream.ConsumerView;
import io.millrace.jetstream.JetStreamView;
import io.millrace.jetstream.StreamSighting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JetStream under the names of prometheus-nats-exporter, with the prefix that it was started with.
 * Any thread.
 */
/* With the Helm charts' prefix some names are also those of nats-surveyor, which calls a few labels
 * otherwise: those are there as well. */
final class StreamFamilies {
    private static final double SECOND = 1e9;

    /** What a 64-bit number without a sign shows for -1. */
    private static final double UNLIMITED = 0x1p64;

    private final Line disabled;
    private final Line totalStreams;
    private final Line totalConsumers;
    private final Line totalMessages;
    private final Line totalMessageBytes;
    private final Line maxMemory;
    private final Line maxStorage;

    private final Table<AccountView> accounts;
    private final Table<StreamSighting> streams;
    private final Table<Sighting.Consumer> consumers;
    private final Remembered ofAccounts;
    private final Remembered ofStreams;
    private final Remembered ofConsumers;

    StreamFamilies(Exporter exporter, Watched watched) {
        String prefix = exporter.jetStreamPrefix();
        boolean surveyorToo = exporter == Exporter.HELM;
        Labels whole =
                Labels.of(
                        "server_id",
                        watched.id(),
                        "server_name",
                        watched.name(),
                        "cluster",
                        "",
                        "domain",
                        watched.domain(),
                        "meta_leader",
                        "",
                        "is_meta_leader",
                        "true");
        Stem server = new Stem(prefix + "_server_", whole);
        this.disabled = server.gauge("jetstream_disabled", "Whether there is no JetStream");
        this.totalStreams = server.gauge("total_streams", "Streams");
        this.totalConsumers = server.gauge("total_consumers", "Consumers");
        this.totalMessages = server.gauge("total_messages", "Messages stored");
        this.totalMessageBytes = server.gauge("total_message_bytes", "Bytes stored");
        this.maxMemory = server.gauge("max_memory", "Bytes that streams in memory may hold");
        this.maxStorage = server.gauge("max_storage", "Bytes that streams on disk may hold");
        this.accounts = accounts(new Stem(prefix + "_account_", whole));
        this.streams = streams(new Stem(prefix + "_stream_", whole));
        this.consumers = consumers(new Stem(prefix + "_consumer_", whole));
        this.ofAccounts = new Remembered(names -> account(whole, names));
        this.ofStreams = new Remembered(names -> stream(whole, names, surveyorToo, watched));
        this.ofConsumers = new Remembered(names -> consumer(whole, names, surveyorToo, watched));
    }

    private static Labels account(Labels server, List<String> names) {
        String name = names.getFirst();
        return server.with("account", name, "account_name", name, "account_id", name);
    }

    private static Labels stream(
            Labels server, List<String> names, boolean surveyorToo, Watched watched) {
        String name = names.get(1);
        Labels labels =
                account(server, names)
                        .with(
                                "stream_name",
                                name,
                                "stream_leader",
                                watched.name(),
                                "is_stream_leader",
                                "true",
                                "stream_raft_group",
                                "");
        return surveyorToo
                ? labels.with("stream", name, "cluster_name", watched.cluster(), "raft_group", "")
                : labels;
    }

    private static Labels consumer(
            Labels server, List<String> names, boolean surveyorToo, Watched watched) {
        return stream(server, names, surveyorToo, watched)
                .with(
                        "consumer_name",
                        names.get(2),
                        "consumer_leader",
                        watched.name(),
                        "is_consumer_leader",
                        "true",
                        "consumer_desc",
                        names.get(3));
    }

    void write(Exposition out, Sighting seen) {
        JetStreamView view = seen.view();
        server(out, view);
        List<AccountView> using = view == null ? List.of() : view.accounts();
        accounts.write(out, using, ofAccounts.labels(using, one -> List.of(one.name())));
        streams.write(
                out,
                seen.streams(),
                ofStreams.labels(seen.streams(), one -> List.of(one.account(), one.name())));
        consumers.write(
                out,
                seen.consumers(),
                ofConsumers.labels(
                        seen.consumers(),
                        one ->
                                List.of(
                                        one.stream().account(),
                                        one.stream().name(),
                                        one.view().name(),
                                        Labels.shortened(one.view().config().description()))));
    }

    private void server(Exposition out, @Nullable JetStreamView view) {
        out.line(disabled, view == null ? 1 : 0)
                .line(totalStreams, view == null ? 0 : view.streams())
                .line(totalConsumers, view == null ? 0 : view.consumers())
                .line(totalMessages, view == null ? 0 : view.messages())
                .line(totalMessageBytes, view == null ? 0 : view.bytes())
                .line(maxMemory, view == null ? 0 : view.maxMemory())
                .line(maxStorage, view == null ? 0 : view.maxStorage());
    }

    private static Table<AccountView> accounts(Stem stem) {
        return new Table<AccountView>(stem)
                .gauge(
                        "max_storage",
                        "Bytes that the account may hold on disk",
                        account -> limit(account.maxStorage()))
                .gauge(
                        "max_memory",
                        "Bytes that the account may hold in memory",
                        account -> limit(account.maxMemory()))
                .gauge(
                        "storage_used",
                        "Bytes that the account holds on disk",
                        AccountView::storageBytes)
                .gauge(
                        "memory_used",
                        "Bytes that the account holds in memory",
                        AccountView::memoryBytes);
    }

    private static double limit(long most) {
        return most < 0 ? UNLIMITED : most;
    }

    private static Table<StreamSighting> streams(Stem stem) {
        return new Table<StreamSighting>(stem)
                .gauge(
                        "total_messages",
                        "Messages in the stream",
                        stream -> stream.state().messages())
                .gauge("total_bytes", "Bytes in the stream", stream -> stream.state().bytes())
                .gauge(
                        "first_seq",
                        "Sequence of the oldest message",
                        stream -> stream.state().firstSequence())
                .gauge(
                        "last_seq",
                        "Sequence of the newest message",
                        stream -> stream.state().lastSequence())
                .gauge("consumer_count", "Consumers of the stream", StreamSighting::consumerCount)
                .gauge(
                        "subject_count",
                        "Subjects in the stream, where that is known without reading the disk",
                        stream ->
                                stream.state().subjects() < 0
                                        ? Double.NaN
                                        : stream.state().subjects())
                .gauge(
                        "limit_bytes",
                        "Bytes that the stream may hold; -1 for no limit",
                        stream -> stream.config().maxBytes())
                .gauge(
                        "limit_messages",
                        "Messages that the stream may hold; -1 for no limit",
                        stream -> stream.config().maxMsgs());
    }

    private static Table<Sighting.Consumer> consumers(Stem stem) {
        return new Table<Sighting.Consumer>(stem)
                .gauge(
                        "delivered_consumer_seq",
                        "Deliveries of the consumer",
                        consumer -> consumer.view().delivered().consumerSequence())
                .gauge(
                        "delivered_stream_seq",
                        "Highest sequence of the stream that was delivered",
                        consumer -> consumer.view().delivered().streamSequence())
                .gauge(
                        "last_delivery_seconds",
                        "Seconds since the last delivery, if there was one",
                        consumer -> since(consumer.view(), consumer.view().delivered()))
                .gauge(
                        "last_ack_seconds",
                        "Seconds since the last acknowledgement, if there was one",
                        consumer -> since(consumer.view(), consumer.view().ackFloor()))
                .gauge(
                        "num_ack_pending",
                        "Messages delivered and not acknowledged",
                        consumer -> consumer.view().ackPending())
                .gauge(
                        "num_redelivered",
                        "Messages delivered more than once and not acknowledged",
                        consumer -> consumer.view().redelivered())
                .gauge(
                        "num_waiting",
                        "Requests for messages that wait",
                        consumer -> consumer.view().waiting())
                .gauge(
                        "num_pending",
                        "Messages that have not been delivered",
                        consumer -> consumer.view().pending())
                .gauge(
                        "ack_floor_stream_seq",
                        "Sequence of the stream up to which everything is acknowledged",
                        consumer -> consumer.view().ackFloor().streamSequence())
                .gauge(
                        "ack_floor_consumer_seq",
                        "Delivery up to which everything is acknowledged",
                        consumer -> consumer.view().ackFloor().consumerSequence());
    }

    private static double since(ConsumerView consumer, ConsumerView.Progress progress) {
        return progress.lastNanos() == 0
                ? Double.NaN
                : Math.max(0, consumer.nowNanos() - progress.lastNanos()) / SECOND;
    }
}
