package io.millrace.monitor;

import io.millrace.broker.Server;
import io.millrace.config.ConfigException;
import io.millrace.config.ConfigFile;
import io.millrace.config.JetStreamOptions;
import io.millrace.config.MonitorOptions;
import io.millrace.config.Options;
import io.millrace.config.OptionsBuilder;
import io.millrace.config.Reload;
import io.millrace.jetstream.JetStream;
import io.millrace.jetstream.api.ApiException;
import io.millrace.monitor.explain.Explain;
import io.millrace.monitor.http.Response;
import io.millrace.net.NioLoop;
import io.millrace.runtime.Clock;
import io.millrace.runtime.Log;
import io.millrace.runtime.Randomness;
import io.millrace.store.Store;
import io.millrace.store.StoreException;
import io.millrace.store.StoreOptions;
import io.millrace.testkit.SimulatedDisk;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A server with JetStream on a simulated disk, with what watches it. */
final class JetStreamRig implements AutoCloseable {
    private static final long MEMORY = 128 << 20;
    private static final long STORAGE = 256 << 20;

    final SimulatedDisk disk = new SimulatedDisk(1);
    final Server server;
    private final NioLoop loop = new NioLoop("io", Clock.system(), Log.none());
    private final Monitor monitor;
    private @Nullable Store store;
    private volatile Reload reload = new Reload.Refused("nobody has asked for one");
    private volatile @Nullable JetStream jetstream;

    JetStreamRig(Options options) throws IOException {
        server = new Server(options, loop, Randomness.seeded(1), Log.none(), Runnable::run);
        loop.start();
        monitor = Monitor.start(server, () -> jetstream, options, null, Log.none());
        SystemServices.start(server, () -> jetstream, monitor, () -> "", Log.none());
        Explain.start(server, () -> jetstream, () -> reload, Runnable::run);
    }

    /** One server, everybody in the global account. */
    static OptionsBuilder options() {
        OptionsBuilder builder = new OptionsBuilder();
        builder.host = "127.0.0.1";
        builder.port = -1;
        builder.serverName = "rec";
        builder.monitor = new MonitorOptions("127.0.0.1", -1, 0, "");
        JetStreamOptions usual = JetStreamOptions.DEFAULTS;
        builder.jetstream =
                new JetStreamOptions(
                        true,
                        "/data",
                        MEMORY,
                        STORAGE,
                        null,
                        true,
                        usual.syncIntervalNanos(),
                        usual.maxBufferedSize(),
                        usual.maxBufferedMsgs(),
                        usual.requestQueueLimit(),
                        usual.infoQueueLimit(),
                        usual.maxConcurrentIo(),
                        usual.limits());
        return builder;
    }

    /** The same with what a configuration file says otherwise. */
    static Options options(Path folder, String content) throws IOException, ConfigException {
        Path file = Files.writeString(folder.resolve("server.conf"), content);
        OptionsBuilder builder = ConfigFile.load(file.toString(), Map.of()).options().toBuilder();
        OptionsBuilder usual = options();
        builder.host = usual.host;
        builder.port = usual.port;
        builder.serverName = usual.serverName;
        builder.monitor = usual.monitor;
        builder.jetstream = usual.jetstream;
        return builder.build();
    }

    /** What a changed configuration does, in the order in which the server does it. */
    void reload(Options changed) {
        server.reload(changed);
        JetStream running = jetstream;
        if (running != null) {
            server.ask(
                    () -> {
                        try {
                            running.reload(changed, MEMORY, STORAGE);
                            return true;
                        } catch (ApiException refused) {
                            throw new IllegalStateException(refused);
                        }
                    });
        }
    }

    /** JetStream is there from now on. */
    JetStreamRig withJetStream() throws StoreException {
        Store opened =
                Store.open(
                        disk,
                        Path.of("/data/jetstream"),
                        StoreOptions.tiny(),
                        Clock.system(),
                        Log.none(),
                        Randomness.seeded(2),
                        loop::execute);
        opened.start();
        JetStream made =
                new JetStream(server, opened, MEMORY, STORAGE, Log.none(), Randomness.seeded(3));
        server.ask(
                () -> {
                    try {
                        made.start();
                        return made.bringBackSome(Long.MAX_VALUE / 2);
                    } catch (ApiException refused) {
                        throw new IllegalStateException(refused);
                    }
                });
        store = opened;
        jetstream = made;
        return this;
    }

    JetStreamRig listening() throws IOException {
        server.listen();
        return this;
    }

    /** What a reload would do from now on. */
    void wouldReload(Reload preview) {
        reload = preview;
    }

    Page page(String path) {
        return monitor.answer(URI.create(path));
    }

    Response scrape(
            @Nullable String accept, @Nullable String acceptEncoding, @Nullable String query) {
        return monitor.scrape(accept, acceptEncoding, query);
    }

    /** Where the pages are served over HTTP. */
    int httpPort() {
        return monitor.port();
    }

    Caller caller() throws IOException {
        return caller("{\"headers\":true}");
    }

    /** A client that says who it is. */
    Caller caller(String user, String password) throws IOException {
        return caller("{\"user\":\"" + user + "\",\"pass\":\"" + password + "\"}");
    }

    /** A client that says this of itself. */
    Caller caller(String connect) throws IOException {
        return new Caller(server.port(), connect);
    }

    @Override
    public void close() {
        JetStream running = jetstream;
        if (running != null) {
            server.ask(
                    () -> {
                        running.stop();
                        return true;
                    });
        }
        monitor.close();
        loop.close();
        disk.heal();
        Store open = store;
        if (open != null) {
            open.close();
        }
    }
}
