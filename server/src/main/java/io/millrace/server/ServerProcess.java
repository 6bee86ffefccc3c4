package io.millrace.server;

import io.millrace.broker.ClientTls;
import io.millrace.broker.Server;
import io.millrace.broker.ServerIdentity;
import io.millrace.config.ConfigException;
import io.millrace.config.Flags;
import io.millrace.config.Options;
import io.millrace.config.Reload;
import io.millrace.config.TlsOptions;
import io.millrace.jetstream.JetStream;
import io.millrace.monitor.Monitor;
import io.millrace.monitor.ProfilePort;
import io.millrace.monitor.SystemServices;
import io.millrace.monitor.explain.Explain;
import io.millrace.net.NioLoop;
import io.millrace.runtime.Clock;
import io.millrace.runtime.HostFiles;
import io.millrace.runtime.Randomness;
import io.millrace.runtime.Threads;
import java.io.IOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A server and everything around it in one process: log, monitoring, files, the order of starting
 * and ending. Started by the main thread; signals come on the JVM's signal thread.
 */
final class ServerProcess {
    private final ServerLog log;
    private final long pid;
    private final NioLoop loop;
    private final Server server;
    private final Flags flags;
    private final Supervisor supervisor;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable JetStreamService jetstream;
    private @Nullable Monitor monitor;
    private @Nullable ProfilePort profiles;
    private @Nullable PortsFile portsFile;

    ServerProcess(Options options, ServerLog log, long pid, Flags flags) throws IOException {
        this.log = log;
        this.pid = pid;
        this.flags = flags;
        this.supervisor = Supervisor.of(System.getenv(), pid, Clock.system(), log);
        this.loop = new NioLoop("io-0", Clock.system(), log);
        this.server =
                new Server(options, loop, Randomness.system(), log, Threads.blocking("login"));
    }

    /**
     * Opens the listeners and writes the files, in the order that scripts rely on.
     *
     * @throws IOException naming what could not be opened or written
     */
    void start() throws IOException {
        Options options = server.options();
        banner(options);
        loop.start();
        ClientTls tls = tls(options);
        monitor = monitor(options, tls);
        if (options.jetstream().enabled()) {
            jetstream = JetStreamService.start(server, log, supervisor);
        }
        SystemServices.start(server, this::streams, monitor, this::reload, log);
        Explain.start(server, this::streams, this::previewReload, Threads.blocking("explain"));
        server.useTls(tls);
        server.useWebSocketTls(webSocketTls(options));
        handleSignals(); // whoever sees the port open may send one at once
        try {
            server.listen();
        } catch (IOException failed) {
            String address = options.host() + ":" + options.port();
            throw new IOException(
                    "Error listening on port: "
                            + address
                            + ", \"listen tcp "
                            + address
                            + ": bind: "
                            + reason(failed)
                            + "\"",
                    failed);
        }
        log.info("Server is ready");
        if (options.pidFile() != null) {
            HostFiles.write(
                    HostFiles.path(options.pidFile()),
                    Long.toString(pid).getBytes(StandardCharsets.UTF_8));
        }
        if (options.portsFileDir() != null) {
            portsFile =
                    PortsFile.write(
                            options.portsFileDir(),
                            pid,
                            options.host(),
                            server.port(),
                            options.monitor().host(),
                            monitor,
                            options.webSocket(),
                            server.webSocketPort());
        }
        supervisor.watch(loop);
        watchHeap();
        supervisor.ready(serving());
    }

    /** The launcher names a young generation where the serial collector runs. */
    private void watchHeap() {
        long youngBytes = Long.getLong("millrace.young", 0);
        if (youngBytes > 0) {
            new HeapWatch(loop, HeapWatch.ofThisProcess(), youngBytes).start();
        }
    }

    private @Nullable Monitor monitor(Options options, @Nullable ClientTls tls) throws IOException {
        if (options.monitor().httpsPort() != 0) {
            if (tls == null) {
                throw new IOException("TLS cert and key required for HTTPS");
            }
            return Monitor.start(server, this::streams, options, tls.context(), log);
        }
        return options.monitor().httpPort() == 0
                ? null
                : Monitor.start(server, this::streams, options, null, log);
    }

    /** JetStream while it runs. Any thread. */
    private @Nullable JetStream streams() {
        JetStreamService service = jetstream;
        return service == null ? null : service.engine();
    }

    private static @Nullable ClientTls tls(Options options) throws IOException {
        return options.tls() == null ? null : ClientTls.load(options.tls(), options.allowNonTls());
    }

    private static @Nullable ClientTls webSocketTls(Options options) throws IOException {
        TlsOptions block = options.webSocket().tls();
        return block == null || !options.webSocket().isEnabled()
                ? null
                : ClientTls.load(block, false);
    }

    private static String reason(IOException failed) {
        return failed instanceof BindException
                ? "address already in use"
                : String.valueOf(failed.getMessage());
    }

    private void banner(Options options) throws IOException {
        log.info("Starting nats-server");
        log.info("  Version:  " + ServerIdentity.VERSION);
        log.info("  Git:      [not set]");
        log.debug("  Go build: " + ServerIdentity.RUNTIME);
        log.info("  Name:     " + server.identity().name());
        log.info("  ID:       " + server.identity().id());
        if (options.monitor().profilePort() != 0) {
            profiles = ProfilePort.open(options.monitor(), log);
        }
        if (options.configFile() != null) {
            log.info(
                    "Using configuration file: "
                            + options.configFile()
                            + (options.configDigest() == null
                                    ? ""
                                    : " (" + options.configDigest() + ")"));
        }
        String memory = System.getProperty("millrace.memory");
        if (memory != null) {
            log.debug(
                    "  Memory:   "
                            + memory
                            + " in all, heap "
                            + (Runtime.getRuntime().maxMemory() >> 20)
                            + " MB");
        }
        if (server.hasPlaintextPasswords()) {
            log.warn("Plaintext passwords detected, use nkeys or bcrypt");
        }
        if (!options.noSystemAccount()) {
            log.debug("Created system account: \"" + options.systemAccount() + "\"");
        }
    }

    private void handleSignals() {
        Signals.handle(
                (name, action) -> {
                    log.info("Trapped \"" + name + "\" signal");
                    action.run();
                },
                () -> reload(),
                log::reopen,
                this::leave,
                this::stop);
    }

    /** Lets the clients go one by one, then stops. Any thread. */
    private void leave() {
        supervisor.stopping(
                "Lame duck: letting clients go", server.options().lameDuckDurationNanos());
        server.enterLameDuck(() -> Threads.startDaemon("stop", this::stop));
    }

    /**
     * Takes over what has changed in the configuration file. Any thread but the loop's.
     *
     * @return why it could not be; "" when it was done
     */
    synchronized String reload() {
        supervisor.reloading();
        String failure = takeOver();
        supervisor.ready(serving() + (failure.isEmpty() ? "" : "; the last reload was refused"));
        return failure;
    }

    private String takeOver() {
        try {
            Options changed = flags.reload().options();
            return switch (Reload.between(server.options(), changed)) {
                case Reload.Refused(String why) -> notReloaded(why);
                case Reload.Accepted(List<Reload.Change> changes) -> {
                    apply(changed, changes);
                    yield "";
                }
            };
        } catch (ConfigException wrong) {
            String why = notReloaded(wrong.getMessage());
            wrong.hints().forEach(log::warn);
            return why;
        } catch (IOException | RuntimeException refused) {
            return notReloaded(refused.getMessage());
        }
    }

    private String notReloaded(@Nullable String why) {
        log.error("Failed to reload server configuration: " + why);
        return String.valueOf(why);
    }

    /** What a reload would do now. Blocks on the disk. */
    private Reload previewReload() {
        try {
            return Reload.between(server.options(), flags.reload().options());
        } catch (ConfigException wrong) {
            return new Reload.Refused(String.valueOf(wrong.getMessage()));
        }
    }

    private String serving() {
        return "Serving clients on " + server.options().host() + ":" + server.port();
    }

    private void apply(Options changed, List<Reload.Change> changes) throws IOException {
        ClientTls tls = tls(changed);
        ClientTls webSocketTls = webSocketTls(changed);
        server.reload(changed);
        server.useTls(tls);
        server.useWebSocketTls(webSocketTls);
        boolean switched = false;
        for (Reload.Change change : changes) {
            log.info(change.logText());
            if (change.subject() == Reload.Subject.JETSTREAM) {
                switched = true;
                switchJetStream(changed.jetstream().enabled());
            }
        }
        JetStreamService streams = jetstream;
        if (streams != null && !switched) {
            streams.reload(changed);
        }
        log.reconfigure(changed.log());
        log.info(
                "Reloaded server configuration"
                        + (changed.configDigest() == null
                                ? ""
                                : " (" + changed.configDigest() + ")"));
    }

    /** What cannot be started stays off; the server goes on without it. */
    private void switchJetStream(boolean on) {
        if (on) {
            log.info("Restarting JetStream");
            try {
                jetstream = JetStreamService.start(server, log, supervisor);
            } catch (IOException refused) {
                log.warn(String.valueOf(refused.getMessage()));
                log.info("Initiating JetStream Shutdown...");
                log.info("JetStream Shutdown");
            }
            return;
        }
        JetStreamService running = jetstream;
        jetstream = null;
        if (running != null) {
            running.stop();
            running.close();
        }
    }

    /** Ends everything and lets {@link #awaitEnd} return. Any thread but the loop's. */
    void stop() {
        supervisor.stopping("Stopping", 0);
        log.info("Initiating Shutdown...");
        JetStreamService streams = jetstream;
        if (streams != null) {
            streams.stop(); // first: those who wait for messages are told
        }
        server.shutDown();
        Monitor open = monitor;
        if (open != null) {
            open.close();
        }
        ProfilePort opened = profiles;
        if (opened != null) {
            opened.close();
        }
        PortsFile ports = portsFile;
        if (ports != null) {
            try {
                ports.remove();
            } catch (IOException failed) {
                log.warn("Error removing the ports file: " + failed);
            }
        }
        loop.close();
        if (streams != null) {
            streams.close();
        }
        log.info("Server Exiting..");
        ended.countDown();
    }

    void awaitEnd() throws InterruptedException {
        ended.await();
    }
}
