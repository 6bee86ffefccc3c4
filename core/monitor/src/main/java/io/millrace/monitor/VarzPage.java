package io.millrace.monitor;

import io.millrace.broker.Account;
import io.millrace.broker.ClientTls;
import io.millrace.broker.Server;
import io.millrace.config.LimitsOptions;
import io.millrace.config.Options;
import io.millrace.config.WebSocketOptions;
import io.millrace.jetstream.JetStream;
import io.millrace.monitor.metrics.CpuUse;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** /varz: what the server is, what it is allowed, what it has done. Any thread but the loop's. */
final class VarzPage {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Server server;
    private final Supplier<@Nullable JetStream> jetstream;
    private final @Nullable Monitor monitor;
    private final CpuUse cpu;

    VarzPage(Server server, Supplier<@Nullable JetStream> jetstream, @Nullable Monitor monitor) {
        this.server = server;
        this.jetstream = jetstream;
        this.monitor = monitor;
        this.cpu = new CpuUse(server);
    }

    /** Writes the fields. */
    void write(JsonPage page) {
        server.ask(
                () -> {
                    identity(page);
                    activity(page);
                    requests(page);
                    about(page);
                    return true;
                });
    }

    private void identity(JsonPage page) {
        Options options = server.options();
        LimitsOptions limits = options.limits();
        page.text("server_id", server.identity().id())
                .text("server_name", server.identity().name())
                .text("version", io.millrace.broker.ServerIdentity.VERSION)
                .number("proto", 1)
                .text("go", io.millrace.broker.ServerIdentity.RUNTIME)
                .text("host", options.host())
                .number("port", server.port())
                .flagUnlessFalse("auth_required", server.isLoginRequired())
                .flagUnlessFalse("tls_required", options.tls() != null && !options.allowNonTls())
                .flagUnlessFalse("tls_verify", options.tls() != null && options.tls().verify())
                .number("max_connections", limits.maxConnections())
                .numberUnlessZero("max_subscriptions", limits.maxSubscriptions())
                .number("ping_interval", limits.pingIntervalNanos())
                .number("ping_max", limits.pingMax())
                .text("http_host", options.monitor().host())
                .number("http_port", monitor == null || monitor.isSecure() ? 0 : monitor.port())
                .text("http_base_path", monitor == null ? "" : monitor.basePath())
                .number("https_port", monitor != null && monitor.isSecure() ? monitor.port() : 0)
                .decimal("auth_timeout", options.auth().timeoutNanos() / NANOS_PER_SECOND)
                .number("max_control_line", limits.maxControlLine())
                .number("max_payload", limits.maxPayload())
                .number("max_pending", limits.maxPending());
        for (String block : new String[] {"cluster", "gateway", "leaf", "mqtt"}) {
            page.object(block).endObject();
        }
        webSocket(page, options.webSocket());
        JetStream streams = jetstream.get();
        page.object("jetstream");
        JetStreamBlocks.summary(
                page, streams == null ? null : streams.view(), options.jetstream(), true);
        page.endObject();
        page.decimal(
                        "tls_timeout",
                        options.tls() == null ? 2 : options.tls().timeoutNanos() / NANOS_PER_SECOND)
                .number("write_deadline", limits.writeDeadlineNanos());
    }

    private void webSocket(JsonPage page, WebSocketOptions block) {
        page.object("websocket");
        if (block.isEnabled()) {
            page.textUnlessEmpty("host", block.host())
                    .numberUnlessZero("port", server.webSocketPort())
                    .textUnlessEmpty("advertise", block.advertise())
                    .textUnlessEmpty("no_auth_user", block.noAuthUser())
                    .numberUnlessZero("handshake_timeout", block.handshakeTimeoutNanos());
            if (block.authTimeoutNanos() > 0) {
                page.decimal("auth_timeout", block.authTimeoutNanos() / NANOS_PER_SECOND);
            }
            page.flagUnlessFalse("no_tls", block.noTls())
                    .flagUnlessFalse("tls_map", block.tls() != null && block.tls().verifyAndMap());
            texts(
                    page,
                    "tls_pinned_certs",
                    block.tls() == null ? List.of() : block.tls().pinnedCerts());
            page.flagUnlessFalse("same_origin", block.sameOrigin());
            texts(page, "allowed_origins", block.allowedOrigins());
            page.flagUnlessFalse("compression", block.compression());
            ClientTls tls = server.webSocketTls();
            if (tls != null) {
                page.text("tls_cert_not_after", GoTime.rfc3339(tls.notAfterEpochNanos()));
            }
        }
        page.endObject();
    }

    private static void texts(JsonPage page, String key, List<String> texts) {
        if (!texts.isEmpty()) {
            page.array(key);
            texts.forEach(text -> page.text(null, text));
            page.endArray();
        }
    }

    private void activity(JsonPage page) {
        long now = server.clock().epochNanos();
        int cores = Runtime.getRuntime().availableProcessors();
        var traffic = server.traffic();
        page.text("start", GoTime.rfc3339(server.startEpochNanos()))
                .text("now", GoTime.rfc3339(now))
                .text("uptime", GoTime.uptime(now - server.startEpochNanos()))
                .number("mem", memoryBytes())
                .number("cores", cores)
                .number("gomaxprocs", cores)
                .decimal("cpu", Math.rint(cpu.percent()))
                .number("connections", server.connectionCount())
                .number("total_connections", server.statistics().connectionsTotal())
                .number("routes", 0)
                .number("remotes", 0)
                .number("leafnodes", 0)
                .number("in_msgs", traffic.inMessages())
                .number("in_bytes", traffic.inBytes())
                .number("in_client_msgs", traffic.inMessages())
                .number("in_client_bytes", traffic.inBytes())
                .number("out_msgs", traffic.outMessages())
                .number("out_bytes", traffic.outBytes())
                .number("out_client_msgs", traffic.outMessages())
                .number("out_client_bytes", traffic.outBytes())
                .number("slow_consumers", server.statistics().slowConsumers())
                .number("stale_connections", server.statistics().staleConnections())
                .number("stalled_clients", server.statistics().stalledClients())
                .number("subscriptions", subscriptions());
    }

    private long subscriptions() {
        long total = 0;
        for (Account account : server.accounts().all()) {
            total += account.interest().size();
        }
        return total;
    }

    /** Heap in use: the nearest that a JVM can say without asking the system. */
    private static long memoryBytes() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private void requests(JsonPage page) {
        page.object("http_req_stats");
        Map<String, LongAdder> sorted =
                monitor == null ? Map.of() : new TreeMap<>(monitor.requests());
        sorted.forEach((path, count) -> page.number(path, count.sum()));
        page.endObject();
    }

    private void about(JsonPage page) {
        Options options = server.options();
        page.text("config_load_time", GoTime.rfc3339(server.configLoadEpochNanos()))
                .text(
                        "config_digest",
                        options.configDigest() == null ? "" : options.configDigest());
        if (!options.serverTags().isEmpty()) {
            page.array("tags");
            options.serverTags().forEach(tag -> page.text(null, tag));
            page.endArray();
        }
        if (!options.serverMetadata().isEmpty()) {
            page.object("metadata");
            new TreeMap<>(options.serverMetadata()).forEach(page::text);
            page.endObject();
        }
        server.events().featureFlags(page);
        Account system = server.accounts().system();
        page.textUnlessEmpty("system_account", system == null ? null : system.name());
        byKind(page, "slow_consumer_stats", server.statistics().slowConsumers());
        byKind(page, "stale_connection_stats", server.statistics().staleConnections());
        page.object("disk_io_wait_stats")
                .number("waiters", 0)
                .number("waits", 0)
                .number("wait_time", 0)
                .number("max_wait_time", 0)
                .endObject();
        long expiry = server.certificateExpiryEpochSeconds();
        if (expiry > 0) {
            page.text("tls_cert_not_after", GoTime.rfc3339(expiry * 1_000_000_000));
        }
    }

    private static void byKind(JsonPage page, String key, long clients) {
        page.object(key)
                .number("clients", clients)
                .number("routes", 0)
                .number("gateways", 0)
                .number("leafs", 0)
                .endObject();
    }
}
