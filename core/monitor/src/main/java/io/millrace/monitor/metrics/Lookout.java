package io.millrace.monitor.metrics;

import io.millrace.broker.Account;
import io.millrace.broker.ConnectionInfo;
import io.millrace.broker.Server;
import io.millrace.config.MetricsOptions;
import io.millrace.jetstream.JetStream;
import io.millrace.jetstream.JetStreamFigures;
import io.millrace.jetstream.JetStreamView;
import io.millrace.jetstream.Survey;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what an answer is made of. Any thread but the loop's: the loop is asked for a little at a
 * time, and serves everybody else in between.
 */
final class Lookout {
    private static final long LOOK_NANOS = 500_000;
    private static final int CONNECTIONS_PER_LOOK = 128;

    /** Samples of one stream, consumer or connection in one family of names. */
    private static final int SERIES_PER_STREAM = 8;

    private static final int SERIES_PER_CONSUMER = 11;
    private static final int SERIES_PER_CONNECTION = 11;

    private final Server server;
    private final Supplier<@Nullable JetStream> jetstream;
    private final JsonPages pages;
    private final Flattened varz = new Flattened("varz");
    private final Flattened subsz = new Flattened("subsz");
    private final Flattened routez = new Flattened("routez");

    Lookout(Server server, Supplier<@Nullable JetStream> jetstream, JsonPages pages) {
        this.server = server;
        this.jetstream = jetstream;
        this.pages = pages;
    }

    /** The loop's part of what belongs together. */
    private record Glance(
            Sighting.Server server,
            List<Sighting.AccountSighting> accounts,
            List<ConnectionInfo> connections,
            @Nullable JetStreamView view,
            @Nullable JetStreamFigures figures) {}

    Sighting look(MetricsOptions options, Names names) {
        long asked = server.clock().nanoTime();
        JetStream streams = jetstream.get();
        Glance glance = server.ask(() -> glance(streams));
        long answered = server.clock().nanoTime() - asked;
        Room room = Room.of(options, names, glance);
        Survey survey =
                streams == null ? null : new Survey(streams, room.streams(), room.consumers());
        while (survey != null && server.ask(() -> survey.look(LOOK_NANOS))) {
            // the loop serves others before it looks again
        }
        List<ConnectionInfo> detailed = new ArrayList<>();
        Sighting.Connections connections =
                connections(glance.connections, room.connections(), detailed);
        String domain = server.options().jetstream().domain();
        String name = server.identity().name();
        return new Sighting(
                server.identity().id(),
                name,
                name,
                server.options().host(),
                domain == null ? "" : domain,
                server.startEpochNanos(),
                server.clock().epochNanos(),
                answered,
                names.hasExporter() ? varz.figures(pages::varz) : List.of(),
                names.hasExporter() ? subsz.figures(pages::subsz) : List.of(),
                names.hasExporter() ? routez.figures(pages::routez) : List.of(),
                names.hasExporter() ? health() : List.of(),
                glance.server,
                connections,
                detailed,
                glance.accounts,
                glance.view,
                glance.figures,
                survey == null ? List.of() : survey.streams(),
                new Sighting.LeftOut(
                        options.perStream() && survey != null ? survey.streamsLeftOut() : 0,
                        options.perConsumer() && survey != null ? survey.consumersLeftOut() : 0,
                        options.perConnection() ? connections.count() - detailed.size() : 0));
    }

    private List<Sighting.Health> health() {
        JsonPages.Wellness wellness = pages.wellness();
        return List.of(
                new Sighting.Health("healthz", wellness.everything()),
                new Sighting.Health("healthz_js_enabled_only", wellness.ofServer()),
                new Sighting.Health("healthz_js_server_only", wellness.ofServer()));
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
