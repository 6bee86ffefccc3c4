package io.millrace.monitor;

import io.millrace.broker.Server;
import io.millrace.jetstream.JetStream;
import io.millrace.jetstream.JetStreamView;
import io.millrace.jetstream.StreamHealth;
import io.millrace.monitor.metrics.JsonPages;
import io.millrace.protocol.JsonPage;
import io.millrace.runtime.Log;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * /healthz: whether the server, JetStream, a stream or a consumer is well. Any thread but the
 * loop's.
 */
final class HealthCheck {
    private final Server server;
    private final Supplier<@Nullable JetStream> jetstream;
    private final Log log;

    HealthCheck(Server server, Supplier<@Nullable JetStream> jetstream, Log log) {
        this.server = server;
        this.jetstream = jetstream;
        this.log = log;
    }

    /** What was asked for, checked; empty names ask for nothing in particular. */
    record Selection(
            String account, String stream, String consumer, boolean serverOnly, boolean details) {
        static Selection of(Query query) {
            boolean enabled = query.flag("js-enabled");
            boolean enabledOnly = query.flag("js-enabled-only");
            boolean serverOnly = query.flag("js-server-only");
            query.flag("js-meta-only"); // about clusters: true of a lone server
            return new Selection(
                    query.text("account"),
                    query.text("stream"),
                    query.text("consumer"),
                    enabled || enabledOnly || serverOnly,
                    query.flag("details"));
        }

        /** The same in a request to the system account. */
        static Selection of(Map<String, String> fields) {
            return of(Query.of(fields));
        }

        private Health fails(int code, String type, String error) {
            return fails(code, Health.Problem.of(type, error));
        }

        private Health fails(int code, Health.Problem problem) {
            return new Health(code, details, List.of(problem));
        }

        private Health isWell() {
            return new Health(Health.OK, details, List.of());
        }

        private boolean isAbout(StreamHealth one) {
            return (account.isEmpty() || account.equals(one.account()))
                    && (stream.isEmpty() || stream.equals(one.stream()));
        }
    }

    /** What is well, without a word in the log. */
    JsonPages.Wellness wellness() {
        Selection everything = new Selection("", "", "", false, false);
        Selection ofServer = new Selection("", "", "", true, false);
        return server.ask(() -> new JsonPages.Wellness(isWell(everything), isWell(ofServer)));
    }

    private boolean isWell(Selection wanted) {
        Health early = atOnce(wanted);
        return (early == null ? look(wanted) : early).code() == Health.OK;
    }

    Page page(Query query) {
        Selection wanted = Selection.of(query);
        Health early = atOnce(wanted);
        Health health = early == null ? server.ask(() -> look(wanted)) : early;
        complain(health);
        JsonPage page = JsonPage.compact().object(null);
        health.write(page, false);
        return Page.json(health.code(), page.endObject().toString());
    }

    /** The same for the system account. */
    void write(JsonPage page, Map<String, String> fields) {
        Selection wanted = Selection.of(fields);
        Health early = atOnce(wanted);
        Health health = early == null ? server.ask(() -> look(wanted)) : early;
        complain(health);
        health.write(page, true);
    }

    private void complain(Health health) {
        if (health.code() != Health.OK) {
            log.warn("Healthcheck failed: " + health.complaint());
        }
    }

    /** What can be said without the loop, which may be busy with the start; null for nothing. */
    private @Nullable Health atOnce(Selection wanted) {
        if (wanted.account.isEmpty() && !wanted.stream.isEmpty()) {
            return wanted.fails(
                    Health.BAD_REQUEST,
                    "BAD_REQUEST",
                    "\"account\" must not be empty when checking stream health");
        }
        if (wanted.stream.isEmpty() && !wanted.consumer.isEmpty()) {
            return wanted.fails(
                    Health.BAD_REQUEST,
                    "BAD_REQUEST",
                    "\"stream\" must not be empty when checking consumer health");
        }
        if (server.port() == 0) {
            return wanted.fails(
                    Health.NOT_READY,
                    "CONNECTION",
                    "failed to be ready for connections after 1ms: server");
        }
        if (!server.options().jetstream().enabled()) {
            return wanted.isWell();
        }
        if (jetstream.get() == null) {
            return wanted.fails(Health.UNAVAILABLE, "JETSTREAM", "JetStream not enabled (10076)");
        }
        return wanted.serverOnly ? wanted.isWell() : null;
    }

    private Health look(Selection wanted) {
        JetStream source = jetstream.get();
        if (source == null) {
            return wanted.isWell(); // it was switched off just now
        }
        JetStreamView view = source.view();
        Health.Problem missing = missing(source, view, wanted);
        if (missing != null) {
            return wanted.fails(Health.NOT_FOUND, missing);
        }
        List<Health.Problem> problems = new ArrayList<>();
        refused(source, view, wanted, problems);
        boolean refuses = !problems.isEmpty();
        if (wanted.details) {
            damaged(source, view, wanted, problems);
        }
        return new Health(refuses ? Health.UNAVAILABLE : Health.OK, wanted.details, problems);
    }

    private static Health.@Nullable Problem missing(
            JetStream source, JetStreamView view, Selection wanted) {
        String account = wanted.account;
        if (account.isEmpty()) {
            return null;
        }
        if (view.account(account) == null) {
            return new Health.Problem(
                    "ACCOUNT", account, "", "", "JetStream account \"" + account + "\" not found");
        }
        String stream = wanted.stream;
        if (stream.isEmpty()) {
            return null;
        }
        if (source.health().stream().noneMatch(wanted::isAbout)) {
            return new Health.Problem(
                    "STREAM",
                    account,
                    stream,
                    "",
                    "JetStream stream \"" + stream + "\" not found on account \"" + account + "\"");
        }
        String consumer = wanted.consumer;
        if (consumer.isEmpty() || source.hasConsumer(account, stream, consumer)) {
            return null;
        }
        return new Health.Problem(
                "CONSUMER",
                account,
                stream,
                consumer,
                "JetStream consumer \""
                        + consumer
                        + "\" not found for stream \""
                        + stream
                        + "\" on account \""
                        + account
                        + "\"");
    }

    /** All streams on the disk share it: when it takes nothing, none of them does. */
    private static void refused(
            JetStream source, JetStreamView view, Selection wanted, List<Health.Problem> problems) {
        String refusal = view.refusal();
        if (refusal == null) {
            return;
        }
        for (StreamHealth one : source.health()) {
            if (wanted.isAbout(one) && !one.inMemory()) {
                problems.add(problem(one, "write error: " + refusal));
            }
        }
        if (problems.isEmpty() && wanted.account.isEmpty()) {
            problems.add(Health.Problem.of("JETSTREAM", "JetStream write error: " + refusal));
        }
    }

    /** What is gone does not come back: that is told, and nothing is unavailable for it. */
    private static void damaged(
            JetStream source, JetStreamView view, Selection wanted, List<Health.Problem> problems) {
        for (StreamHealth one : source.health()) {
            if (wanted.isAbout(one) && one.lost() > 0) {
                problems.add(problem(one, "has lost messages by damage: " + one.lost()));
            }
        }
        if (wanted.account.isEmpty()) {
            view.unserved().forEach(what -> problems.add(Health.Problem.of("JETSTREAM", what)));
            view.lost().forEach(what -> problems.add(Health.Problem.of("JETSTREAM", what)));
        }
    }

    private static Health.Problem problem(StreamHealth one, String what) {
        return new Health.Problem(
                "STREAM",
                one.account(),
                one.stream(),
                "",
                "JetStream stream '" + one.account() + " > " + one.stream() + "' " + what);
    }
}
