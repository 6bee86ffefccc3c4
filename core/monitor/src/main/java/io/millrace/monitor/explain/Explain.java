package io.millrace.monitor.explain;

import io.millrace.broker.Account;
import io.millrace.broker.InternalClient;
import io.millrace.broker.Server;
import io.millrace.config.Reload;
import io.millrace.jetstream.JetStream;
import io.millrace.protocol.FlatJson;
import io.millrace.protocol.JsonPage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests on $MR.EXPLAIN.&gt;: in the system account about everything, in others about
 * what concerns them. docs/explain.md shows questions and answers. Owned by the broker's loop.
 */
public final class Explain {
    private static final String PREFIX = "$MR.EXPLAIN.";
    private static final String TYPE = "io.millrace.explain.v1.";

    private final Server server;
    private final Map<String, Question> questions;
    private final Supplier<Reload> reload;
    private final Executor blocking;

    private Explain(
            Server server,
            Supplier<@Nullable JetStream> jetstream,
            Supplier<Reload> reload,
            Executor blocking) {
        this.server = server;
        this.reload = reload;
        this.blocking = blocking;
        this.questions =
                Map.of(
                        "CONSUMER", new ConsumerQuestion(server, jetstream),
                        "SUBJECT", new SubjectQuestion(server, jetstream),
                        "PERMISSION", new PermissionQuestion(server),
                        "CONNECTION", new ConnectionQuestion(server));
    }

    /**
     * Answers from now on. Any thread.
     *
     * @param jetstream gives JetStream when it is there, on the loop
     * @param reload reads the configuration and compares; may block
     * @param blocking where that runs
     */
    public static void start(
            Server server,
            Supplier<@Nullable JetStream> jetstream,
            Supplier<Reload> reload,
            Executor blocking) {
        server.ask(
                () -> {
                    new Explain(server, jetstream, reload, blocking).subscribe();
                    return true;
                });
    }

    private void subscribe() {
        InternalClient system = server.systemClient();
        if (system != null) {
            system.subscribeUncounted(PREFIX + ">", request -> explain(system, request, null));
        }
        server.accounts().forEach(this::serveOwn);
    }

    /** Hears the questions of an ordinary account. */
    private void serveOwn(Account account) {
        if (account != server.accounts().system()) {
            InternalClient own = server.clientIn(account);
            own.subscribeUncounted(PREFIX + ">", request -> explain(own, request, account));
        }
    }

    private void explain(
            InternalClient from, InternalClient.Request request, @Nullable Account within) {
        String reply = request.reply();
        if (reply == null || !request.subject().startsWith(PREFIX)) {
            return;
        }
        List<String> tokens =
                Arrays.asList(request.subject().substring(PREFIX.length()).split("\\.", -1));
        String what = tokens.getFirst();
        Asked asked =
                new Asked(
                        tokens.subList(1, tokens.size()),
                        FlatJson.parse(request.payload()),
                        within,
                        request.sender());
        if (what.equals("RELOAD") && within == null) {
            previewReload(from, reply);
            return;
        }
        JsonPage page = begun(what);
        try {
            question(what, within).answer(asked, page);
            send(from, reply, page);
        } catch (UnclearQuestion unclear) {
            JsonPage error = begun(what);
            error.object("error")
                    .number("code", unclear.code())
                    .text("description", unclear.text())
                    .endObject();
            send(from, reply, error);
        }
    }

    private Question question(String what, @Nullable Account within) throws UnclearQuestion {
        Question known = questions.get(what);
        if (known != null) {
            return known;
        }
        if (what.equals("RELOAD")) {
            throw new UnclearQuestion(
                    403, "only the system account may ask what a reload would change");
        }
        throw new UnclearQuestion(
                404,
                "there is no such question; ask "
                        + PREFIX
                        + "CONSUMER.<stream>.<consumer>, SUBJECT.<subject>,"
                        + " PERMISSION.publish|subscribe.<subject>, CONNECTION.<cid>"
                        + (within == null ? " or RELOAD" : ""));
    }

    private void previewReload(InternalClient from, String reply) {
        blocking.execute(
                () -> {
                    Reload preview = reload.get();
                    server.loop()
                            .execute(
                                    () -> {
                                        JsonPage page = begun("RELOAD");
                                        ReloadQuestion.write(preview, page);
                                        send(from, reply, page);
                                    });
                });
    }

    private JsonPage begun(String what) {
        String name = what.toLowerCase(Locale.ROOT);
        boolean known = questions.containsKey(what) || what.equals("RELOAD");
        return JsonPage.readable()
                .object(null)
                .text("type", TYPE + (known ? name : "error"))
                .text("server", server.identity().name());
    }

    private static void send(InternalClient from, String reply, JsonPage page) {
        from.publish(reply, page.endObject().toString().getBytes(StandardCharsets.UTF_8));
    }
}
