package io.millrace.monitor.metrics;

import io.millrace.broker.Account;
import io.millrace.broker.ConnectionInfo;
import io.millrace.broker.Server;
import io.millrace.config.MetricsOptions;
import io.millrace.jetstream.ConsumerSighting;
import io.millrace.jetstream.JetStream;
import io.millrace.jetstream.JetStreamFigures;
import io.millrace.jetstream.JetStreamView;
import io.millrace.jetstream.StreamSighting;
import io.millrace.jetstream.Survey;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what an answer is made of. Any thread but the loop's: the loop is asked for a little at a
 * time, and serves everybody else in between.
 */
final class Lookout {
    private static final long LOOK_NANOS = 500_000;

    /** So long the streams are looked at in any case: often that is enough. */
    private static final long GLIMPSE_NANOS = 100_000;

    private static final int CONNECTIONS_PER_LOOK = 128;

    /** Samples of one stream, consumer or connection in one family of names. */
    private static final int SERIES_PER_STREAM = 8;

    private static final int SERIES_PER_CONSUMER = 11;
    private static final int SERIES_PER_CONNECTION = 11;

    private final Server server;
    private final Supplier<@Nullable JetStream> jetstream;
    private final JsonPages pages;
    private final Flattened varz;
    private final Flattened subsz;
    private final Flattened routez;

    Lookout(
            Server server,
            Supplier<@Nullable JetStream> jetstream,
            JsonPages pages,
            Watched watched) {
        this.server = server;
        this.jetstream = jetstream;
        this.pages = pages;
        Labels labels = Labels.of("server_id", watched.id());
        this.varz = new Flattened("varz", labels);
        this.subsz = new Flattened("subsz", labels);
        this.routez = new Flattened("routez", labels);
    }

    Sighting look(MetricsOptions options, Names names) {
        Looking looking = new Looking(options, names);
        while (server.ask(looking::look)) {
            // the loop serves others before it looks again
        }
        return looking.seen();
    }

    /** The loop's part of what belongs together. */
    private record Glance(
            Sighting.Server server,
            List<Sighting.AccountSighting> accounts,
            List<ConnectionInfo> connections,
            @Nullable JetStreamView view,
            @Nullable JetStreamFigures figures) {}

    /** Looking around for one answer; loop only until all has been seen. */
    private final class Looking {
        private final MetricsOptions options;
        private final Names names;
        private final @Nullable JetStream streams = jetstream.get();
        private final long askedNanos = server.clock().nanoTime();
        private int steps;
        private boolean hasPages;
        private long answerNanos;
        private @Nullable Glance glance;
        private @Nullable Survey survey;
        private int connectionsShown;
        private List<Flattened.Figure> ofVarz = List.of();
        private List<Flattened.Figure> ofSubsz = List.of();
        private List<Flattened.Figure> ofRoutez = List.of();
        private JsonPages.@Nullable Wellness wellness;

        Looking(MetricsOptions options, Names names) {
            this.options = options;
            this.names = names;
        }

        /**
         * Looks at as much as there is time for at once.
         *
         * @return whether there is more to see
         */
        boolean look() {
            long end = server.clock().nanoTime() + LOOK_NANOS;
            while (!hasPages) {
                step();
                if (!hasPages && end - server.clock().nanoTime() <= 0) {
                    return true;
                }
            }
            return survey != null
                    && survey.look(Math.max(GLIMPSE_NANOS, end - server.clock().nanoTime()));
        }

        private void step() {
            switch (steps++) {
                case 0 -> begin();
                case 1 -> ofVarz = varz.figures(pages::varz);
                case 2 -> ofSubsz = subsz.figures(pages::subsz);
                case 3 -> ofRoutez = routez.figures(pages::routez);
                default -> {
                    wellness = pages.wellness();
                    hasPages = true;
                }
            }
        }

        private void begin() {
            Glance seen = glance(streams);
            glance = seen;
            hasPages = !names.hasExporter();
            answerNanos = server.clock().nanoTime() - askedNanos;
            Room room = Room.of(options, names, seen);
            connectionsShown = room.connections();
            if (streams != null) {
                survey = new Survey(streams, room.streams(), room.consumers());
            }
        }

        /** What there was to see. Any thread but the loop's. */
        Sighting seen() {
            Glance first = Objects.requireNonNull(glance);
            List<ConnectionInfo> detailed = new ArrayList<>();
            Sighting.Connections connections =
                    connections(first.connections, connectionsShown, detailed);
            List<StreamSighting> ofStreams = survey == null ? List.of() : survey.streams();
            return new Sighting(
                    server.clock().epochNanos(),
                    answerNanos,
                    ofVarz,
                    ofSubsz,
                    ofRoutez,
                    wellness,
                    first.server,
                    connections,
                    detailed,
                    first.accounts,
                    first.view,
                    first.figures,
                    ofStreams,
                    consumers(ofStreams),
                    new Sighting.LeftOut(
                            options.perStream() && survey != null ? survey.streamsLeftOut() : 0,
                            options.perConsumer() && survey != null ? survey.consumersLeftOut() : 0,
                            options.perConnection() ? connections.count() - detailed.size() : 0));
        }
    }

    private static List<Sighting.Consumer> consumers(List<StreamSighting> streams) {
        List<Sighting.Consumer> consumers = new ArrayList<>();
        for (StreamSighting stream : streams) {
            for (ConsumerSighting consumer : stream.consumers()) {
                consumers.add(new Sighting.Consumer(stream, consumer));
            }
        }
        return consumers;
    }

    private Glance glance(@Nullable JetStream streams) {
        List<Sighting.AccountSighting> accounts = new ArrayList<>();
        long subscriptions = 0;
        Account system = server.accounts().system();
        for (Account account : server.accounts().all()) {
            subscriptions += account.interest().size();
            accounts.add(
                    new Sighting.AccountSighting(
                            account.name(),
                            account == system,
                            streams != null && streams.has(account.name()),
                            account.connections(),
                            account.connectionsTotal(),
                            account.interest().size(),
                            account.slowConsumers(),
                            account.traffic().inMessages(),
                            account.traffic().inBytes(),
                            account.traffic().outMessages(),
                            account.traffic().outBytes()));
        }
        return new Glance(
                counts(subscriptions),
                accounts,
                server.connectionInfos(0, CONNECTIONS_PER_LOOK),
                streams == null ? null : streams.view(),
                streams == null ? null : streams.figures());
    }

    private Sighting.Server counts(long subscriptions) {
        var traffic = server.traffic();
        var statistics = server.statistics();
        return new Sighting.Server(
                traffic.inMessages(),
                traffic.inBytes(),
                traffic.outMessages(),
                traffic.outBytes(),
                statistics.connectionsTotal(),
                statistics.slowConsumers(),
                statistics.staleConnections(),
                statistics.stalledClients(),
                statistics.refusedLogins(),
                subscriptions,
                server.loop().busyNanos(),
                server.loop().turns());
    }

    private Sighting.Connections connections(
            List<ConnectionInfo> first, int most, List<ConnectionInfo> detailed) {
        long count = 0;
        long pending = 0;
        long subscriptions = 0;
        long inMessages = 0;
        long inBytes = 0;
        long outMessages = 0;
        long outBytes = 0;
        List<ConnectionInfo> some = first;
        while (true) {
            for (ConnectionInfo info : some) {
                count++;
                pending += info.pendingBytes();
                subscriptions += info.subscriptionCount();
                inMessages += info.inMessages();
                inBytes += info.inBytes();
                outMessages += info.outMessages();
                outBytes += info.outBytes();
                if (detailed.size() < most) {
                    detailed.add(info);
                }
            }
            if (some.size() < CONNECTIONS_PER_LOOK) {
                return new Sighting.Connections(
                        count, pending, subscriptions, inMessages, inBytes, outMessages, outBytes);
            }
            long last = some.getLast().id();
            some = server.ask(() -> server.connectionInfos(last, CONNECTIONS_PER_LOOK));
        }
    }

    /**
     * How many of each are shown one by one. Streams may have half of the room where consumers want
     * some, connections what both have left.
     */
    private record Room(int streams, int consumers, int connections) {
        static Room of(MetricsOptions options, Names names, Glance glance) {
            JetStreamView view = glance.view;
            long each = Math.max(1, names.kindsOfExporter());
            long left = options.maxSeries();
            long streams = 0;
            long consumers = 0;
            if (view != null && options.perStream()) {
                boolean sharing = options.perConsumer() && view.consumers() > 0;
                long share = sharing ? left / 2 : left;
                streams = Math.min(view.streams(), share / (SERIES_PER_STREAM * each));
                left -= streams * SERIES_PER_STREAM * each;
                if (sharing) {
                    consumers = Math.min(view.consumers(), left / (SERIES_PER_CONSUMER * each));
                    left -= consumers * SERIES_PER_CONSUMER * each;
                }
            }
            long connections = options.perConnection() ? left / (SERIES_PER_CONNECTION * each) : 0;
            return new Room((int) streams, (int) consumers, (int) connections);
        }
    }
}
