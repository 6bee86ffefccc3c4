package io.millrace.config;

import io.millrace.config.Reload.Subject;
import io.millrace.protocol.GoTime;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The part of a reload that is about the jetstream block. Used once, by the thread that reloads.
 */
final class JetStreamReloadRules {
    private static final long CUSTOMARY_SYNC_NANOS = 120_000_000_000L;

    private final JetStreamOptions was;
    private final JetStreamOptions is;

    /** Takes a field with the values that it had and has, and refuses when they differ. */
    interface Comparison {
        void compare(String field, @Nullable Object was, @Nullable Object is);
    }

    JetStreamReloadRules(JetStreamOptions was, JetStreamOptions is) {
        this.was = was;
        this.is = is;
    }

    /** What may not change, in the order in which nats-server finds it. */
    void fixed(Comparison fixed, Consumer<String> refuse) {
        fixed.compare("NoJetStreamStrict", !was.strict(), !is.strict());
        if (was.enabled()) {
            size(was.maxMemory(), is.maxMemory(), refuse);
            size(was.maxStore(), is.maxStore(), refuse);
        }
        fixed.compare("JetStreamDomain", was.domain(), is.domain());
        fixed.compare(
                "JetStreamRequestQueueLimit", was.requestQueueLimit(), is.requestQueueLimit());
        fixed.compare("JetStreamInfoQueueLimit", was.infoQueueLimit(), is.infoQueueLimit());
        fixed.compare("JetStreamConcurrentIOs", was.maxConcurrentIo(), is.maxConcurrentIo());
        JetStreamOptions usual = JetStreamOptions.DEFAULTS;
        fixed.compare(
                "StreamMaxBufferedMsgs",
                zeroIf(usual.maxBufferedMsgs(), was.maxBufferedMsgs()),
                zeroIf(usual.maxBufferedMsgs(), is.maxBufferedMsgs()));
        fixed.compare(
                "StreamMaxBufferedSize",
                zeroIf(usual.maxBufferedSize(), was.maxBufferedSize()),
                zeroIf(usual.maxBufferedSize(), is.maxBufferedSize()));
        if (was.enabled()) {
            storeDir(refuse);
        }
        fixed.compare("SyncInterval", syncInterval(was), syncInterval(is));
        fixed.compare("SyncAlways", was.syncIntervalNanos() == 0, is.syncIntervalNanos() == 0);
    }

    /** Known bounds may grow; those that the server worked out for itself may not be replaced. */
    private void size(long old, long now, Consumer<String> refuse) {
        if (old < 0 && now >= 0) {
            refuse.accept("jetstream dynamic max memory and store");
        } else if (now < 0 && old >= 0 && is.enabled()) {
            refuse.accept("jetstream max memory and max store");
        } else if (now >= 0 && now < old) {
            refuse.accept("decreasing jetstream max memory and store");
        }
    }

    private void storeDir(Consumer<String> refuse) {
        if (is.storeDir() != null && !Objects.equals(was.storeDir(), is.storeDir())) {
            refuse.accept("jetstream storage directory");
        } else if (is.storeDir() == null && was.storeDir() != null && is.enabled()) {
            refuse.accept("jetstream storage dir");
        }
    }

    /** Where nats-server has nothing configured. */
    private static long zeroIf(long usual, long value) {
        return value == usual ? 0 : value;
    }

    /** Beside "always" nats-server keeps its customary interval. */
    private static String syncInterval(JetStreamOptions options) {
        long nanos = options.syncIntervalNanos();
        return GoTime.duration(nanos == 0 ? CUSTOMARY_SYNC_NANOS : nanos);
    }

    void changes(List<Reload.Change> changes) {
        if (was.enabled() != is.enabled()) {
            changes.add(new Reload.Change(Subject.JETSTREAM, "Reloaded: JetStream"));
        }
        if (was.enabled()) {
            grown(Subject.JETSTREAM_MAX_MEMORY, was.maxMemory(), is.maxMemory(), changes);
            grown(Subject.JETSTREAM_MAX_STORE, was.maxStore(), is.maxStore(), changes);
        }
        if (!was.limits().equals(is.limits())) {
            changes.add(new Reload.Change(Subject.JETSTREAM_LIMITS, "Reloaded: JetStream limits"));
        }
    }

    private static void grown(Subject subject, long old, long now, List<Reload.Change> changes) {
        if (now > old) {
            String name =
                    subject == Subject.JETSTREAM_MAX_MEMORY ? "max_mem_store" : "max_file_store";
            changes.add(
                    new Reload.Change(
                            subject, "Reloaded: JetStream " + name + " = " + GoText.bytes(now)));
        }
    }
}
