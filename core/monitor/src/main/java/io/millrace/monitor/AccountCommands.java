package io.millrace.monitor;

import io.millrace.broker.Server;
import io.millrace.jetstream.JetStream;
import io.millrace.protocol.JsonPage;
import io.millrace.runtime.Log;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the system account may order for other accounts. Any thread but the loop's. */
final class AccountCommands {
    private static final int PLACE_OF_NAME_IN_PURGE = 4;
    private static final int CHUNKS = 3;

    private final Server server;
    private final Supplier<@Nullable JetStream> jetstream;
    private final Log log;

    AccountCommands(Server server, Supplier<@Nullable JetStream> jetstream, Log log) {
        this.server = server;
        this.jetstream = jetstream;
        this.log = log;
    }

    /** Begins to remove all streams of an account, whether there is one or not. */
    void purge(SystemRequest request, Answer answer) {
        String name = token(request, PLACE_OF_NAME_IN_PURGE);
        server.ask(
                () -> {
                    JetStream streams = jetstream.get();
                    if (streams != null) {
                        streams.removeStreams(name);
                    }
                    return true;
                });
        answer.send(
                JsonPage.compact()
                        .object(null)
                        .text("type", "io.nats.jetstream.api.v1.account_purge_response")
                        .flag("initiated", true)
                        .endObject()
                        .toString());
    }

    /** New claims of an account. There is no operator, so nobody's signature will do. */
    void claims(SystemRequest request, Answer answer) {
        List<String> tokens = List.of(request.message().subject().split("\\.", -1));
        String name = tokens.get(tokens.size() - 3);
        String token = request.message().payload();
        String what = token.isEmpty() ? "jwt update error" : "jwt update resulted in error";
        String why = token.isEmpty() ? "request body is empty" : wrong(token);
        log.error(what + " - " + name + " - " + why);
        answer.envelope(
                page ->
                        page.object("error")
                                .text("account", name)
                                .number("code", 500)
                                .text("description", what + " - " + why)
                                .endObject());
    }

    private static String wrong(String token) {
        String[] chunks = token.split("\\.", -1);
        if (chunks.length != CHUNKS) {
            return "expected 3 chunks";
        }
        for (String chunk : chunks) {
            int illegal = illegalByte(chunk);
            if (illegal >= 0) {
                return "illegal base64 data at input byte " + illegal;
            }
        }
        return "claim failed V2 signature verification";
    }

    /** Where text stops to be base64 for URLs without padding; -1 when it is all. */
    private static int illegalByte(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isDigit = c >= '0' && c <= '9';
            boolean isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!isDigit && !isLetter && c != '-' && c != '_') {
                return i;
            }
        }
        return text.length() % 4 == 1 ? text.length() - 1 : -1;
    }

    private static String token(SystemRequest request, int place) {
        return request.message().subject().split("\\.", -1)[place];
    }
}
