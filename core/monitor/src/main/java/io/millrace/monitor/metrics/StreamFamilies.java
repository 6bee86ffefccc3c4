package io.millrace.monitor.metrics;

import io.millrace.jetstream.AccountView;
import io.millrace.jetstream.ConsumerSighting;
import io.millrace.jetstream.ConsumerView;
import io.millrace.jetstream.JetStreamView;
import io.millrace.jetstream.StreamSighting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * JetStream under the names of prometheus-nats-exporter, with the prefix that it was started with.
 */
/* With the Helm charts' prefix some names are also those of nats-surveyor, which calls a few labels
 * otherwise: those are there as well. */
final class StreamFamilies {
    private static final double SECOND = 1e9;

    /** What a 64-bit number without a sign shows for -1. */
    private static final double UNLIMITED = 0x1p64;

    private final String prefix;
    private final boolean surveyorToo;
    private final Sighting seen;
    private final Labels server;
    private final List<Labels> streams = new ArrayList<>();
    private final List<ConsumerSighting> consumers = new ArrayList<>();
    private final List<Labels> ofConsumers = new ArrayList<>();

    /**
     * @param prefix "jetstream" where nobody has set another
     */
    StreamFamilies(String prefix, boolean surveyorToo, Sighting seen) {
        this.prefix = prefix;
        this.surveyorToo = surveyorToo;
        this.seen = seen;
        this.server =
                Labels.of(
                        "server_id",
                        seen.serverId(),
                        "server_name",
                        seen.serverName(),
                        "cluster",
                        "",
                        "domain",
                        seen.domain(),
                        "meta_leader",
                        "",
                        "is_meta_leader",
                        "true");
        seen.streams().forEach(this::label);
    }

    private void label(StreamSighting stream) {
        Labels labels =
                account(stream.account())
                        .with(
                                "stream_name",
                                stream.name(),
                                "stream_leader",
                                seen.serverName(),
                                "is_stream_leader",
                                "true",
                                "stream_raft_group",
                                "");
        if (surveyorToo) {
            labels =
                    labels.with(
                            "stream",
                            stream.name(),
                            "cluster_name",
                            seen.cluster(),
                            "raft_group",
                            "");
        }
        streams.add(labels);
        for (ConsumerSighting consumer : stream.consumers()) {
            consumers.add(consumer);
            ofConsumers.add(
                    labels.with(
                            "consumer_name",
                            consumer.view().name(),
                            "consumer_leader",
                            seen.serverName(),
                            "is_consumer_leader",
                            "true",
                            "consumer_desc",
                            Labels.shortened(consumer.view().config().description())));
        }
    }

    private Labels account(String name) {
        return server.with("account", name, "account_name", name, "account_id", name);
    }

    void write(Exposition out) throws IOException {
        JetStreamView view = seen.view();
        server(out, view);
        accounts(out, view);
        for (StreamFigure figure : STREAM) {
            out.family(prefix + "_stream_" + figure.name, Kind.GAUGE, figure.help);
            for (int i = 0; i < streams.size(); i++) {
                double value = figure.figure.applyAsDouble(seen.streams().get(i));
                if (!Double.isNaN(value)) {
                    out.sample(streams.get(i), value);
                }
            }
        }
        for (ConsumerFigure figure : CONSUMER) {
            out.family(prefix + "_consumer_" + figure.name, Kind.GAUGE, figure.help);
            for (int i = 0; i < consumers.size(); i++) {
                double value = figure.figure.applyAsDouble(consumers.get(i).view());
                if (!Double.isNaN(value)) {
                    out.sample(ofConsumers.get(i), value);
                }
            }
        }
    }

    private void server(Exposition out, @Nullable JetStreamView view) throws IOException {
        gauge(out, "jetstream_disabled", "Whether there is no JetStream", view == null ? 1 : 0);
        gauge(out, "total_streams", "Streams", view == null ? 0 : view.streams());
        gauge(out, "total_consumers", "Consumers", view == null ? 0 : view.consumers());
        gauge(out, "total_messages", "Messages stored", view == null ? 0 : view.messages());
        gauge(out, "total_message_bytes", "Bytes stored", view == null ? 0 : view.bytes());
        gauge(
                out,
                "max_memory",
                "Bytes that streams in memory may hold",
                view == null ? 0 : view.maxMemory());
        gauge(
                out,
                "max_storage",
                "Bytes that streams on disk may hold",
                view == null ? 0 : view.maxStorage());
    }

    private void gauge(Exposition out, String name, String help, Number value) throws IOException {
        out.family(prefix + "_server_" + name, Kind.GAUGE, help).sample(server, value);
    }

    private record AccountFigure(String name, String help, ToDoubleFunction<AccountView> figure) {}

    private static final List<AccountFigure> ACCOUNT =
            List.of(
                    new AccountFigure(
                            "max_storage",
                            "Bytes that the account may hold on disk",
                            account -> limit(account.maxStorage())),
                    new AccountFigure(
                            "max_memory",
                            "Bytes that the account may hold in memory",
                            account -> limit(account.maxMemory())),
                    new AccountFigure(
                            "storage_used",
                            "Bytes that the account holds on disk",
                            AccountView::storageBytes),
                    new AccountFigure(
                            "memory_used",
                            "Bytes that the account holds in memory",
                            AccountView::memoryBytes));

    private static double limit(long most) {
        return most < 0 ? UNLIMITED : most;
    }

    private void accounts(Exposition out, @Nullable JetStreamView view) throws IOException {
        List<AccountView> accounts = view == null ? List.of() : List.copyOf(view.accounts());
        List<Labels> labels = new ArrayList<>();
        accounts.forEach(account -> labels.add(account(account.name())));
        for (AccountFigure figure : ACCOUNT) {
            out.family(prefix + "_account_" + figure.name, Kind.GAUGE, figure.help);
            for (int i = 0; i < labels.size(); i++) {
                out.sample(labels.get(i), figure.figure.applyAsDouble(accounts.get(i)));
            }
        }
    }

    private record StreamFigure(
            String name, String help, ToDoubleFunction<StreamSighting> figure) {}

    private static final List<StreamFigure> STREAM =
            List.of(
                    new StreamFigure(
                            "total_messages",
                            "Messages in the stream",
                            stream -> stream.state().messages()),
                    new StreamFigure(
                            "total_bytes", "Bytes in the stream", stream -> stream.state().bytes()),
                    new StreamFigure(
                            "first_seq",
                            "Sequence of the oldest message",
                            stream -> stream.state().firstSequence()),
                    new StreamFigure(
                            "last_seq",
                            "Sequence of the newest message",
                            stream -> stream.state().lastSequence()),
                    new StreamFigure(
                            "consumer_count",
                            "Consumers of the stream",
                            StreamSighting::consumerCount),
                    new StreamFigure(
                            "subject_count",
                            "Subjects in the stream, where that is known without reading the disk",
                            stream ->
                                    stream.state().subjects() < 0
                                            ? Double.NaN
                                            : stream.state().subjects()),
                    new StreamFigure(
                            "limit_bytes",
                            "Bytes that the stream may hold; -1 for no limit",
                            stream -> stream.config().maxBytes()),
                    new StreamFigure(
                            "limit_messages",
                            "Messages that the stream may hold; -1 for no limit",
                            stream -> stream.config().maxMsgs()));

    private record ConsumerFigure(
            String name, String help, ToDoubleFunction<ConsumerView> figure) {}

    private static final List<ConsumerFigure> CONSUMER =
            List.of(
                    new ConsumerFigure(
                            "delivered_consumer_seq",
                            "Deliveries of the consumer",
                            consumer -> consumer.delivered().consumerSequence()),
                    new ConsumerFigure(
                            "delivered_stream_seq",
                            "Highest sequence of the stream that was delivered",
                            consumer -> consumer.delivered().streamSequence()),
                    new ConsumerFigure(
                            "last_delivery_seconds",
                            "Seconds since the last delivery, if there was one",
                            consumer -> since(consumer, consumer.delivered())),
                    new ConsumerFigure(
                            "last_ack_seconds",
                            "Seconds since the last acknowledgement, if there was one",
                            consumer -> since(consumer, consumer.ackFloor())),
                    new ConsumerFigure(
                            "num_ack_pending",
                            "Messages delivered and not acknowledged",
                            ConsumerView::ackPending),
                    new ConsumerFigure(
                            "num_redelivered",
                            "Messages delivered more than once and not acknowledged",
                            ConsumerView::redelivered),
                    new ConsumerFigure(
                            "num_waiting",
                            "Requests for messages that wait",
                            ConsumerView::waiting),
                    new ConsumerFigure(
                            "num_pending",
                            "Messages that have not been delivered",
                            ConsumerView::pending),
                    new ConsumerFigure(
                            "ack_floor_stream_seq",
                            "Sequence of the stream up to which everything is acknowledged",
                            consumer -> consumer.ackFloor().streamSequence()),
                    new ConsumerFigure(
                            "ack_floor_consumer_seq",
                            "Delivery up to which everything is acknowledged",
                            consumer -> consumer.ackFloor().consumerSequence()));

    private static double since(ConsumerView consumer, ConsumerView.Progress progress) {
        return progress.lastNanos() == 0
                ? Double.NaN
                : Math.max(0, consumer.nowNanos() - progress.lastNanos()) / SECOND;
    }
}
