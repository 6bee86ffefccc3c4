package io.millrace.monitor;

import io.millrace.broker.Account;
import io.millrace.broker.InternalClient;
import io.millrace.broker.Server;
import io.millrace.jetstream.JetStream;
import io.millrace.protocol.FlatJson;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonPage;
import io.millrace.protocol.JsonTree;
import io.millrace.runtime.Log;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions about the server in the system account ($SYS.REQ.SERVER.…, $SYS.REQ.ACCOUNT.…).
 * Owned by the broker's loop.
 */
public final class SystemServices {
    private final Server server;
    private final InternalClient system;
    private final VarzPage varz;
    private final ConnzPage connz;
    private final SubszPage subsz;
    private final JszPage jsz;
    private final HealthCheck healthz;
    private final AccountzPage accountz;

    private SystemServices(
            Server server,
            InternalClient system,
            Supplier<@Nullable JetStream> jetstream,
            @Nullable Monitor monitor,
            Log log) {
        this.server = server;
        this.system = system;
        this.varz = new VarzPage(server, jetstream, monitor);
        this.connz = new ConnzPage(server);
        this.subsz = new SubszPage(server);
        this.jsz = new JszPage(server, jetstream);
        this.healthz = new HealthCheck(server, jetstream, log);
        this.accountz = new AccountzPage(server, jetstream);
    }

    /**
     * Answers from now on, where there is a system account. Any thread.
     *
     * @param jetstream gives JetStream when it is there, on any thread
     */
    public static void start(
            Server server,
            Supplier<@Nullable JetStream> jetstream,
            @Nullable Monitor monitor,
            Log log) {
        server.ask(
                () -> {
                    InternalClient system = server.systemClient();
                    if (system != null) {
                        new SystemServices(server, system, jetstream, monitor, log).subscribe();
                        server.events().tell(page -> statistics(page, server, jetstream));
                    }
                    return true;
                });
    }

    /** The part of the server's figures that is about JetStream. */
    private static void statistics(
            JsonPage page, Server server, Supplier<@Nullable JetStream> jetstream) {
        JetStream streams = jetstream.get();
        if (streams != null) {
            page.object("jetstream");
            JetStreamBlocks.summary(page, streams.view(), server.options().jetstream(), false);
            page.endObject();
        }
    }

    private void subscribe() {
        system.subscribe("$SYS.REQ.SERVER.PING", this::statistics);
        system.subscribe("$SYS.REQ.SERVER.PING.*", this::ask);
        system.subscribe("$SYS.REQ.SERVER." + server.identity().id() + ".*", this::ask);
        system.subscribe("$SYS.REQ.ACCOUNT.*.*", this::askAccount);
        for (Account account : server.accounts().all()) {
            if (!account.name().equals(server.options().systemAccount())) {
                serveOwn(account);
            }
        }
    }

    /** What an ordinary account may ask about itself. */
    private void serveOwn(Account account) {
        InternalClient own = server.clientIn(account);
        own.subscribe(
                "$SYS.REQ.ACCOUNT.PING.CONNZ",
                request -> {
                    Map<String, String> fields = fields(request);
                    fields.put("acc", account.name());
                    answer(own, request, page -> connz.write(page, selection(fields)));
                });
    }

    private void statistics(InternalClient.Request request) {
        if (isForUs(request)) {
            JsonPage page = JsonPage.compact().object(null);
            server.events().server(page);
            server.events().statistics(page);
            reply(request, page.endObject());
        }
    }

    private void ask(InternalClient.Request request) {
        String reply = request.reply();
        if (reply == null || !isForUs(request)) {
            return;
        }
        if (isMalformed(request)) {
            return;
        }
        String what = lastToken(request.subject());
        Map<String, String> fields = fields(request);
        switch (what) {
            case "IDZ" -> {
                JsonPage page = JsonPage.compact().object(null);
                page.text("name", server.identity().name())
                        .text("host", server.options().host())
                        .text("id", server.identity().id());
                reply(request, page.endObject());
            }
            case "STATSZ" -> statistics(request);
            case "VARZ" -> answer(request, varz::write);
            case "CONNZ" -> answer(request, page -> connz.write(page, selection(fields)));
            case "SUBSZ" ->
                    answer(
                            request,
                            page -> subsz.write(page, SubszPage.Selection.of(asQuery(fields))));
            case "JSZ" -> answer(request, page -> jsz(page, JszPage.Selection.of(fields)));
            case "HEALTHZ" -> answer(request, page -> healthz.write(page, fields));
            case "ACCOUNTZ" ->
                    answer(
                            request,
                            page -> {
                                page.array("accounts");
                                server.accounts().all().forEach(a -> page.text(null, a.name()));
                                page.endArray();
                            });
            case "KICK" -> kick(request);
            default -> {
                // a question of a feature that is not there has no answer, as to any unknown one
            }
        }
    }

    private void kick(InternalClient.Request request) {
        String cid = fields(request).getOrDefault("cid", "");
        boolean done = !cid.isEmpty() && server.kick(Long.parseLong(cid));
        JsonPage page = JsonPage.compact().object(null);
        server.events().server(page);
        if (!done) {
            page.object("error")
                    .number("code", 400)
                    .text("description", "no such client or leafnode id " + cid)
                    .endObject();
        }
        reply(request, page.endObject());
    }

    private void askAccount(InternalClient.Request request) {
        String subject = request.subject();
        String[] tokens = subject.split("\\.", -1);
        String name = tokens[3];
        Account account = server.accounts().find(name);
        if (request.reply() == null || isMalformed(request)) {
            return;
        }
        if (account == null) {
            unknown(request, name, tokens[4]);
            return;
        }
        switch (tokens[4]) {
            case "CONNZ" -> {
                Map<String, String> fields = fields(request);
                fields.put("acc", name);
                answer(request, page -> connz.write(page, selection(fields)));
            }
            case "SUBSZ" -> {
                Map<String, String> fields = fields(request);
                fields.put("acc", name);
                answer(request, page -> subsz.write(page, SubszPage.Selection.of(asQuery(fields))));
            }
            case "JSZ" -> askStreams(request, name);
            case "INFO" -> answer(request, page -> accountz.detail(page, account));
            case "CONNS" -> answer(request, page -> server.events().account(page, account));
            default -> {
                // see above
            }
        }
    }

    private void unknown(InternalClient.Request request, String name, String what) {
        switch (what) {
            case "JSZ" -> fail(request, "account \"" + name + "\" not found");
            case "INFO" -> fail(request, "Account " + name + " does not exist");
            default -> {
                // no answer, as before there was such a question
            }
        }
    }

    private void jsz(JsonPage page, JszPage.Selection wanted) {
        jsz.write(page, wanted, jsz.look(wanted));
    }

    /** What one account uses, without the server around it. */
    private void askStreams(InternalClient.Request request, String name) {
        JszPage.Selection wanted = JszPage.Selection.of(fields(request)).in(name);
        JszPage.Seen seen = jsz.look(wanted);
        if (seen == null || seen.view().account(name) == null) {
            fail(request, "account \"" + name + "\" not jetstream enabled");
        } else {
            answer(request, page -> jsz.writeOnly(page, wanted, seen));
        }
    }

    private void fail(InternalClient.Request request, String why) {
        JsonPage page = JsonPage.compact().object(null);
        server.events().server(page);
        page.nothing("data")
                .object("error")
                .number("code", 500)
                .text("description", why)
                .endObject();
        reply(request, page.endObject());
    }

    private static ConnzPage.Selection selection(Map<String, String> fields) {
        return ConnzPage.Selection.of(asQuery(fields));
    }

    /** The same question over HTTP: some parameters have other names and values there. */
    private static Query asQuery(Map<String, String> fields) {
        Map<String, String> parameters = new HashMap<>(fields);
        if ("true".equals(fields.get("subscriptions_detail"))) {
            parameters.put("subs", "detail");
        } else if (fields.containsKey("subscriptions")) {
            parameters.put("subs", fields.get("subscriptions"));
        }
        parameters.computeIfPresent(
                "state",
                (key, state) ->
                        switch (state) {
                            case "0" -> "open";
                            case "1" -> "closed";
                            case "2" -> "all";
                            default -> state;
                        });
        return Query.of(parameters);
    }

    /** Whether what came with a request is no JSON; its sender is told so. */
    private boolean isMalformed(InternalClient.Request request) {
        if (request.payload().isEmpty()) {
            return false;
        }
        try {
            JsonTree.parse(request.payload());
            return false;
        } catch (JsonException mistake) {
            JsonPage page = JsonPage.compact().object(null);
            server.events().server(page);
            page.object("error")
                    .number("code", 400)
                    .text("description", String.valueOf(mistake.getMessage()))
                    .endObject();
            reply(request, page.endObject());
            return true;
        }
    }

    /** The fields of the JSON that came with a request; empty without one. */
    private static Map<String, String> fields(InternalClient.Request request) {
        return FlatJson.parse(request.payload());
    }

    /** A request to everybody may name the servers that it means. */
    private boolean isForUs(InternalClient.Request request) {
        Map<String, String> fields = fields(request);
        String name = server.identity().name();
        String wanted = fields.getOrDefault("server_name", "");
        boolean exact = fields.getOrDefault("exact_match", "false").equals("true");
        boolean nameFits =
                (exact && !wanted.isEmpty()) ? name.equals(wanted) : name.contains(wanted);
        String host = fields.getOrDefault("host", "");
        boolean hostFits = host.isEmpty() || server.options().host().contains(host);
        return nameFits
                && hostFits
                && fields.getOrDefault("cluster", "").isEmpty()
                && fields.getOrDefault("domain", "").isEmpty();
    }

    /** What writes the data part of an answer. */
    private interface Data {
        void write(JsonPage page);
    }

    private void answer(InternalClient.Request request, Data data) {
        answer(system, request, data);
    }

    private void answer(InternalClient from, InternalClient.Request request, Data data) {
        JsonPage page = JsonPage.compact().object(null);
        server.events().server(page);
        try {
            page.object("data");
            data.write(page);
            page.endObject();
        } catch (BadQuery bad) {
            JsonPage error = JsonPage.compact().object(null);
            server.events().server(error);
            error.object("error").number("code", 500).text("description", bad.text()).endObject();
            reply(from, request, error.endObject());
            return;
        }
        reply(from, request, page.endObject());
    }

    private void reply(InternalClient.Request request, JsonPage page) {
        reply(system, request, page);
    }

    private static void reply(InternalClient from, InternalClient.Request request, JsonPage page) {
        Optional.ofNullable(request.reply())
                .ifPresent(
                        to -> from.publish(to, page.toString().getBytes(StandardCharsets.UTF_8)));
    }

    private static String lastToken(String subject) {
        return subject.substring(subject.lastIndexOf('.') + 1);
    }
}
