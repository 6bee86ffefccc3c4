package io.millrace.monitor;

import io.millrace.broker.Server;
import java.util.function.Supplier;

/** What the server is told to do in the system account. Any thread but the loop's. */
final class ServerCommands {
    private final Server server;
    private final Supplier<String> reload;

    ServerCommands(Server server, Supplier<String> reload) {
        this.server = server;
        this.reload = reload;
    }

    void reload(SystemRequest request, Answer answer) {
        if (!request.mistake().isEmpty()) {
            answer.malformed(request.mistake());
        } else if (request.isFor(server)) {
            String failure = reload.get();
            answer.done(failure.isEmpty() ? null : failure);
        }
    }

    void kick(SystemRequest request, Answer answer) {
        if (names(request)) {
            boolean done = server.ask(() -> server.kick(request.cid()));
            answer.done(done ? null : "no such client or leafnode id");
        }
    }

    void sendAway(SystemRequest request, Answer answer) {
        if (names(request)) {
            boolean done = server.ask(() -> server.sendAway(request.cid()));
            answer.done(done ? null : "no such client id");
        }
    }

    /** Whether a request could be meant: others stay without an answer, as in the reference. */
    private static boolean names(SystemRequest request) {
        return request.mistake().isEmpty()
                && !request.isEmpty()
                && (request.text("cid").isEmpty() || request.text("cid").matches("[0-9]+"));
    }
}
