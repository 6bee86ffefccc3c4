package io.millrace.monitor;

import io.millrace.broker.InternalClient;
import io.millrace.broker.MessageEncoding;
import io.millrace.broker.Server;
import io.millrace.protocol.JsonPage;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers to requests in an account, in the envelope that says which server speaks. */
/* Made away from the loop, but for the envelope, whose number is counted there. */
final class Answer {
    private final Server server;
    private final InternalClient from;
    private final InternalClient.Request request;

    Answer(Server server, InternalClient from, InternalClient.Request request) {
        this.server = server;
        this.from = from;
        this.request = request;
    }

    /** What was asked for; or why it cannot be had. */
    void data(Consumer<JsonPage> fields) {
        String data;
        try {
            JsonPage page = JsonPage.compact().object(null);
            fields.accept(page);
            data = page.endObject().toString();
        } catch (BadQuery bad) {
            refuse(bad.text());
            return;
        }
        envelope(page -> page.json("data", data));
    }

    /** There is no such thing. */
    void refuse(String why) {
        envelope(
                page -> {
                    page.nothing("data");
                    error(page, 500, why);
                });
    }

    /** A command was done; with a text, it could not be. */
    void done(@Nullable String failure) {
        envelope(
                page -> {
                    if (failure != null) {
                        error(page, 500, failure);
                    }
                });
    }

    /** What was sent is no JSON. */
    void malformed(String mistake) {
        envelope(page -> error(page, 400, mistake));
    }

    private static void error(JsonPage page, long code, String why) {
        page.object("error").number("code", code).text("description", why).endObject();
    }

    /** Sends a document that begins with who speaks. */
    void envelope(Consumer<JsonPage> rest) {
        send(
                server.ask(
                        () -> {
                            JsonPage page = JsonPage.compact().object(null);
                            server.events().server(page);
                            rest.accept(page);
                            return page.endObject().toString();
                        }));
    }

    /** Sends a whole document. */
    void send(String body) {
        String reply = request.reply();
        if (reply == null) {
            return;
        }
        MessageEncoding encoding = MessageEncoding.of(request.header("Accept-Encoding"));
        byte[] bytes = encoding.encode(body.getBytes(StandardCharsets.UTF_8));
        server.loop()
                .execute(
                        () -> {
                            if (encoding.headers().isEmpty()) {
                                from.publish(reply, bytes);
                            } else {
                                from.publish(reply, encoding.headers(), bytes);
                            }
                        });
    }
}
