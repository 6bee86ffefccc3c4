package io.millrace.monitor.explain;

import io.millrace.broker.Server;
import io.millrace.jetstream.ConsumerDiagnosis;
import io.millrace.jetstream.JetStream;
import io.millrace.protocol.JsonPage;
import io.millrace.store.StoreException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Why does this consumer not move? Loop only. */
final class ConsumerQuestion implements Question {
    private final Scope scope;
    private final Supplier<@Nullable JetStream> jetstream;

    ConsumerQuestion(Server server, Supplier<@Nullable JetStream> jetstream) {
        this.scope = new Scope(server);
        this.jetstream = jetstream;
    }

    @Override
    public void answer(Asked asked, JsonPage page) throws UnclearQuestion {
        String account = scope.account(asked).name();
        String stream = asked.name("stream", 0);
        String consumer = asked.name("consumer", 1);
        JetStream streams = jetstream.get();
        if (streams == null || !streams.has(account)) {
            throw new UnclearQuestion(
                    503, "JetStream is not enabled for account \"" + account + "\"");
        }
        write(diagnosis(streams, account, stream, consumer), page);
    }

    private static ConsumerDiagnosis diagnosis(
            JetStream streams, String account, String stream, String consumer)
            throws UnclearQuestion {
        try {
            ConsumerDiagnosis found = streams.diagnose(account, stream, consumer);
            if (found == null) {
                throw missing(streams, account, stream, consumer);
            }
            return found;
        } catch (StoreException failed) {
            throw new UnclearQuestion(500, String.valueOf(failed.getMessage()));
        }
    }

    private static UnclearQuestion missing(
            JetStream streams, String account, String stream, String consumer) {
        boolean known =
                streams.streams(account, false).stream().anyMatch(s -> s.name().equals(stream));
        return new UnclearQuestion(
                404,
                known
                        ? "stream \""
                                + stream
                                + "\" has no consumer \""
                                + consumer
                                + "\": it was never made, was deleted, or nobody used it for its"
                                + " inactive threshold"
                        : "account \"" + account + "\" has no stream \"" + stream + "\"");
    }

    private static void write(ConsumerDiagnosis found, JsonPage page) {
        page.text("account", found.account())
                .text("stream", found.stream())
                .text("consumer", found.consumer())
                .flag("moves", found.moves())
                .text("summary", found.summary())
                .array("conditions");
        for (ConsumerDiagnosis.Condition condition : found.conditions()) {
            page.object(null)
                    .text("name", condition.name())
                    .flag("blocks", condition.blocks())
                    .text("value", condition.value())
                    .text("text", condition.text())
                    .endObject();
        }
        page.endArray();
    }
}
