package io.millrace.jetstream;

import io.millrace.jetstream.api.Retention;
import io.millrace.protocol.JsonException;
import io.millrace.store.StateLog;
import io.millrace.store.StoreException;
import io.millrace.store.StreamStore;
import java.util.List;

/** Brings streams and consumers back to life from what the store holds. On the loop, at start. */
final class Recovered {
    private final JetStream engine;

    Recovered(JetStream engine) {
        this.engine = engine;
    }

    void bringBack(List<StreamStore> stores) {
        for (StreamStore store : stores) {
            try {
                bringBack(store);
            } catch (StoreException | JsonException broken) {
                engine.log()
                        .error(
                                "JetStream: stream number "
                                        + store.id()
                                        + " cannot be served and is left as it is: "
                                        + broken.getMessage());
            }
        }
    }

    private void bringBack(StreamStore store) throws StoreException, JsonException {
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
        account.add(stream);
        account.used(definition.config().storage(), store.bytes());
        for (StateLog state : store.states()) {
            bringBack(stream, state);
        }
        stream.open();
        if (definition.config().retention() != Retention.LIMITS && !stream.isIncomplete()) {
            stream.dropUnwanted(store.firstSequence());
        }
        engine.log()
                .info(
                        "  Restored "
                                + store.messages()
                                + " messages for stream '"
                                + account.name()
                                + " > "
                                + stream.name()
                                + "'");
    }

    /** A consumer that cannot be understood is kept, and what it may still need with it. */
    private void bringBack(Stream stream, StateLog state) throws StoreException {
        try {
            Consumer consumer = Consumer.restored(stream, state);
            stream.add(consumer);
            consumer.open();
        } catch (JsonException broken) {
            stream.incomplete();
            engine.log()
                    .error(
                            "JetStream: a consumer of the stream "
                                    + stream.name()
                                    + " cannot be served and is left as it is: "
                                    + broken.getMessage());
        }
    }
}
