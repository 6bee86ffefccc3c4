package io.millrace.server;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.broker.Server;
import io.millrace.config.JetStreamOptions;
import io.millrace.config.Options;
import io.millrace.jetstream.JetStream;
import io.millrace.jetstream.RecoveryProgress;
import io.millrace.jetstream.api.ApiException;
import io.millrace.protocol.GoTime;
import io.millrace.runtime.Clock;
import io.millrace.runtime.Disk;
import io.millrace.runtime.DiskException;
import io.millrace.runtime.Log;
import io.millrace.runtime.Randomness;
import io.millrace.store.Store;
import io.millrace.store.StoreException;
import io.millrace.store.StoreOptions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** JetStream in a server process: its store on the disk, what it may use, when it ends. */
final class JetStreamService {
    /** Where nobody says how much may be used: three quarters of what there is. */
    private static final int SHARE_PARTS = 4;

    private static final int SHARE = 3;

    /** How long the loop is kept from other work by a start. */
    private static final long STEP_NANOS = 20_000_000;

    /** As much as nats-server assumes of a disk that it cannot measure. */
    private static final long UNKNOWN_DISK = 1L << 40;

    private final Server server;
    private final Store store;
    private final JetStream jetstream;
    private final Log log;
    private long maxMemory;
    private long maxStorage;

    private JetStreamService(Server server, Store store, long maxMemory, long maxStorage, Log log) {
        this.server = server;
        this.store = store;
        this.maxMemory = maxMemory;
        this.maxStorage = maxStorage;
        this.jetstream =
                new JetStream(server, store, maxMemory, maxStorage, log, Randomness.system());
        this.log = log;
    }

    /**
     * Opens the store and brings back what it holds. The loop runs already; requests are taken when
     * everything is back.
     *
     * @throws IOException naming what cannot be had, and what to do about it
     */
    static JetStreamService start(Server server, Log log, Supervisor supervisor)
            throws IOException {
        Clock clock = Clock.system();
        long began = clock.nanoTime();
        JetStreamOptions options = server.options().jetstream();
        log.info("Starting JetStream");
        Path directory = options.storePath(System.getenv());
        Disk disk = Disk.real();
        long memory = options.maxMemory() >= 0 ? options.maxMemory() : shareOfMemory();
        Store store;
        try {
            store = open(disk, directory, server, new OpeningWatch(server, log, supervisor), log);
        } catch (StoreException refused) {
            throw new IOException("Can't start JetStream: " + refused.getMessage(), refused);
        }
        long storage = options.maxStore() >= 0 ? options.maxStore() : shareOfDisk(disk, directory);
        banner(log, options, directory, memory, storage);
        store.startCommitter();
        JetStreamService service = new JetStreamService(server, store, memory, storage, log);
        ApiException lacking = service.bringBack(clock, supervisor);
        store.startKeeper();
        store.report().remarks().forEach(log::warn);
        log.info("Took " + GoTime.duration(clock.nanoTime() - began) + " to start JetStream");
        if (lacking != null) {
            service.end();
            store.close();
            throw new IOException("Can't start JetStream: " + notGranted(lacking), lacking);
        }
        return service;
    }

    private static Store open(Disk disk, Path directory, Server server, OpeningWatch watch, Log log)
            throws StoreException {
        watch.begin();
        try {
            return Store.open(
                    disk,
                    directory,
                    StoreOptions.defaults()
                            .withSyncInterval(
                                    Duration.ofNanos(
                                            server.options().jetstream().syncIntervalNanos())),
                    Clock.system(),
                    log,
                    Randomness.system(),
                    server.loop()::execute);
        } finally {
            watch.end();
        }
    }

    /** Why the accounts cannot be given what they were promised; null when all is back. */
    private @Nullable ApiException bringBack(Clock clock, Supervisor supervisor) {
        ApiException lacking =
                server.<@Nullable ApiException>ask(
                        () -> {
                            try {
                                jetstream.start();
                                return null;
                            } catch (ApiException promisedTooMuch) {
                                return promisedTooMuch;
                            }
                        });
        if (lacking != null) {
            return lacking;
        }
        long said = clock.nanoTime();
        while (server.ask(() -> jetstream.bringBackSome(STEP_NANOS))) {
            long now = clock.nanoTime();
            if (now - said >= OpeningWatch.PERIOD_NANOS) {
                said = now;
                RecoveryProgress progress = server.ask(jetstream::progress);
                String soFar =
                        progress.streams()
                                + " of "
                                + progress.streamsInAll()
                                + " streams, "
                                + progress.messages()
                                + " messages so far";
                log.info("  Recovering: " + soFar);
                supervisor.starting("Recovering: " + soFar);
            }
        }
        return null;
    }

    private static String notGranted(ApiException lacking) {
        return "Error enabling jetstream on configured accounts: "
                + lacking.description()
                + " ("
                + lacking.error().errorCode()
                + ")";
    }

    /** What runs here. */
    JetStream engine() {
        return jetstream;
    }

    private static void banner(
            Log log, JetStreamOptions options, Path directory, long memory, long storage) {
        if (options.isTemporary()) {
            log.warn("Temporary storage directory used, data could be lost on system reboot");
        }
        log.info("---------------- JETSTREAM ----------------");
        log.info("  Strict:          " + options.strict());
        log.info("  Max Memory:      " + friendly(memory));
        log.info("  Max Storage:     " + friendly(storage));
        log.info("  Store Directory: \"" + directory + "\"");
        log.info("  API Level:       5");
        log.info("-------------------------------------------");
        if (options.syncIntervalNanos() > 0) {
            log.warn(
                    "sync_interval is set: an acknowledged message may be lost with the power"
                            + " until the next sync");
        }
    }

    private static String friendly(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        double value = bytes;
        int unit = -1;
        while (value >= 1024 && unit < 4) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, "%.2f %cB", value, "KMGTP".charAt(unit));
    }

    private static long shareOfMemory() {
        OperatingSystemMXBean machine =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return machine.getTotalMemorySize() / SHARE_PARTS * SHARE;
    }

    private static long shareOfDisk(Disk disk, Path directory) {
        try {
            return disk.freeBytes(directory) / SHARE_PARTS * SHARE;
        } catch (DiskException unknown) {
            return UNKNOWN_DISK;
        }
    }

    /** Takes over what a reload may change. Any thread but the loop's. */
    void reload(Options changed) {
        JetStreamOptions options = changed.jetstream();
        maxMemory = options.maxMemory() >= 0 ? options.maxMemory() : maxMemory;
        maxStorage = options.maxStore() >= 0 ? options.maxStore() : maxStorage;
        server.ask(
                () -> {
                    try {
                        jetstream.reload(changed, maxMemory, maxStorage);
                    } catch (ApiException promisedTooMuch) {
                        log.error(notGranted(promisedTooMuch));
                    }
                    return true;
                });
    }

    /** Ends deliveries and answers those who wait. The loop still runs; any other thread. */
    void stop() {
        log.info("Initiating JetStream Shutdown...");
        end();
    }

    private void end() {
        server.ask(
                () -> {
                    jetstream.stop();
                    return true;
                });
        server.ask(() -> true); // behind the end of the turn in which it stopped
    }

    /** Writes what is left and closes the store. After {@link #stop}. */
    void close() {
        store.close();
        log.info("JetStream Shutdown");
    }
}
