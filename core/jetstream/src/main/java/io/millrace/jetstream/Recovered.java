package io.millrace.jetstream;

import io.millrace.jetstream.api.Retention;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonException;
import io.millrace.store.StateLog;
import io.millrace.store.StoreException;
import io.millrace.store.StreamStore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Brings streams and consumers back to life from what the store holds. On the loop. */
final class Recovered {
    private static final int REMARKS_MAX = 1000;

    private final JetStream engine;
    private final ArrayDeque<StreamStore> waiting = new ArrayDeque<>();
    private final List<StreamStore> kept = new ArrayList<>();
    private final List<String> unserved = new ArrayList<>();
    private long streams;
    private long messages;

    Recovered(JetStream engine) {
        this.engine = engine;
    }

    /** What cannot be served, a sentence each. */
    List<String> unserved() {
        return unserved;
    }

    /** How far it has come. */
    RecoveryProgress progress() {
        return new RecoveryProgress(streams, streams + waiting.size(), messages);
    }

    void begin(List<StreamStore> stores) {
        waiting.addAll(stores);
    }

    /** Brings back for a while. Returns whether more is to be done. */
    boolean bringBackSome(long nanos) {
        long end = engine.server().clock().nanoTime() + nanos;
        while (!waiting.isEmpty()) {
            StreamStore store = waiting.remove();
            streams++;
            messages += store.messages();
            bringBack(store);
            if (engine.server().clock().nanoTime() - end >= 0) {
                break;
            }
        }
        return !waiting.isEmpty();
    }

    private void bringBack(StreamStore store) {
        try {
            revive(store);
        } catch (StoreException | JsonException broken) {
            notServed(
                    "stream number "
                            + store.id()
                            + " cannot be served and is left as it is: "
                            + broken.getMessage());
        }
    }

    private void notServed(String what) {
        engine.log().error("JetStream: " + what);
        if (unserved.size() < REMARKS_MAX) {
            unserved.add(what);
        }
    }

    private void revive(StreamStore store) throws StoreException, JsonException {
        if (store.isInMemory()) {
            // what was in memory has gone with the process that held it, its definition too
            engine.store().dropStream(store);
            return;
        }
        StreamDefinition definition = StreamDefinition.of(store.definition());
        if (definition.unfinished()) {
            engine.store().dropStream(store);
            engine.log()
                    .warn(
                            "JetStream: the restoring of the stream "
                                    + definition.config().name()
                                    + " had not come to its end; what there was of it is removed");
            return;
        }
        JetStreamAccount account = engine.account(definition.account());
        if (account == null) {
            kept.add(store);
            engine.log()
                    .warn(
                            "JetStream: the account "
                                    + definition.account()
                                    + " of the stream "
                                    + definition.config().name()
                                    + " has no JetStream; the stream is kept and not served");
            return;
        }
        Stream stream = new Stream(account, store, definition);
        List<StateLog> states = store.states();
        serve(stream, states.size(), () -> states.forEach(state -> restore(stream, state)));
    }

    /** An account has got JetStream that had streams before it lost it. */
    void bringBackKept(JetStreamAccount account) {
        List<StreamStore> candidates = List.copyOf(kept);
        for (StreamStore store : candidates) {
            if (belongsTo(account, store)) {
                kept.remove(store);
                bringBack(store);
            }
        }
    }

    private static boolean belongsTo(JetStreamAccount account, StreamStore store) {
        try {
            return StreamDefinition.of(store.definition()).account().equals(account.name());
        } catch (JsonException unreadable) {
            return false;
        }
    }

    /** Lets a stream go on that was closed while its account had no JetStream. */
    void resume(JetStreamAccount account, Stream before) {
        Stream stream =
                new Stream(
                        account,
                        before.store(),
                        new StreamDefinition(
                                account.name(), before.createdNanos(), before.config()));
        try {
            serve(
                    stream,
                    before.consumers().size(),
                    () -> before.consumers().forEach(consumer -> resume(stream, consumer)));
        } catch (StoreException failed) {
            notServed("stream " + stream.name() + " cannot be served: " + failed.getMessage());
        }
    }

    private void serve(Stream stream, int consumers, Runnable restoring) throws StoreException {
        String name = "'" + stream.account().name() + " > " + stream.name() + "'";
        long began = engine.server().clock().nanoTime();
        engine.log().info("  Starting restore for stream " + name);
        StreamStore store = stream.store();
        stream.account().add(stream);
        stream.account().used(stream.config().storage(), stream.weighed());
        engine.log()
                .info(
                        "  Restored "
                                + store.messages()
                                + " messages for stream "
                                + name
                                + " in "
                                + GoTime.duration(
                                        (engine.server().clock().nanoTime() - began)
                                                / MILLISECOND
                                                * MILLISECOND));
        if (consumers > 0) {
            engine.log().info("  Recovering " + consumers + " consumers for stream - " + name);
        }
        restoring.run();
        stream.open();
        if (stream.config().retention() != Retention.LIMITS && !stream.isIncomplete()) {
            stream.dropDone();
            for (Consumer consumer : stream.consumers()) {
                consumer.acks().forgetGone();
            }
        }
    }

    private static final long MILLISECOND = 1_000_000;

    /** A consumer that cannot be understood is kept, and what it may still need with it. */
    private void restore(Stream stream, StateLog state) {
        try {
            open(Consumer.restored(stream, state));
        } catch (JsonException | StoreException broken) {
            incomplete(stream, broken);
        }
    }

    private void resume(Stream stream, Consumer before) {
        if (!before.isLasting()) {
            return;
        }
        try {
            open(before.resumed(stream));
        } catch (ConsumerStateException | StoreException broken) {
            incomplete(stream, broken);
        }
    }

    private static void open(Consumer consumer) throws StoreException {
        consumer.stream().add(consumer);
        consumer.open();
    }

    private void incomplete(Stream stream, Exception broken) {
        stream.incomplete();
        notServed(
                "a consumer of the stream "
                        + stream.name()
                        + " cannot be served and is left as it is: "
                        + broken.getMessage());
    }
}
