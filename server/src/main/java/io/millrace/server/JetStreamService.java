package io.millrace.server;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.broker.Server;
import io.millrace.config.JetStreamOptions;
import io.millrace.config.Options;
import io.millrace.jetstream.JetStream;
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

/** JetStream in a server process: its store on the disk, what it may use, when it ends. */
final class JetStreamService {
    /** Where nobody says how much may be used: three quarters of what there is. */
    private static final int SHARE_PARTS = 4;

    private static final int SHARE = 3;

    /** As much as nats-server assumes of a disk that it cannot measure. */
    private static final long UNKNOWN_DISK = 1L << 40;

    private final Server server;
    private final Store store;
    private final JetStream jetstream;
    private final Log log;

    private JetStreamService(Server server, Store store, JetStream jetstream, Log log) {
        this.server = server;
        this.store = store;
        this.jetstream = jetstream;
        this.log = log;
    }

    /**
     * Opens the store and brings back what it holds. The loop runs already, the port is closed.
     *
     * @throws IOException naming the store's directory and what to do about it
     */
    static JetStreamService start(Server server, Log log) throws IOException {
        Clock clock = Clock.system();
        long began = clock.nanoTime();
        JetStreamOptions options = server.options().jetstream();
        log.info("Starting JetStream");
        Path directory = options.storePath(System.getenv());
        Disk disk = Disk.real();
        long memory = options.maxMemory() >= 0 ? options.maxMemory() : shareOfMemory();
        try {
            Store store =
                    Store.open(
                            disk,
                            directory,
                            StoreOptions.defaults()
                                    .withSyncInterval(
                                            Duration.ofNanos(options.syncIntervalNanos())),
                            clock,
                            log,
                            Randomness.system(),
                            server.loop()::execute);
            long storage =
                    options.maxStore() >= 0 ? options.maxStore() : shareOfDisk(disk, directory);
            banner(log, options, directory, memory, storage);
            store.start();
            JetStream jetstream =
                    new JetStream(server, store, memory, storage, log, Randomness.system());
            server.ask(
                    () -> {
                        jetstream.start();
                        return true;
                    });
            store.report().remarks().forEach(log::warn);
            log.info(
                    "Took "
                            + io.millrace.protocol.GoTime.duration(clock.nanoTime() - began)
                            + " to start JetStream");
            return new JetStreamService(server, store, jetstream, log);
        } catch (StoreException refused) {
            throw new IOException("Can't start JetStream: " + refused.getMessage(), refused);
        }
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
        server.ask(
                () -> {
                    jetstream.reload(changed);
                    return true;
                });
    }

    /** Ends deliveries and answers those who wait. The loop still runs; any other thread. */
    void stop() {
        log.info("Initiating JetStream Shutdown...");
        server.ask(
                () -> {
                    jetstream.stop();
                    return true;
                });
    }

    /** Writes what is left and closes the store. After the loop has ended. */
    void close() {
        store.close();
        log.info("JetStream Shutdown");
    }
}
