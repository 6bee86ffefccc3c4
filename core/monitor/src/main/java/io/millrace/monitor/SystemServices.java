package io.millrace.monitor;

import io.millrace.broker.Account;
import io.millrace.broker.InternalClient;
import io.millrace.broker.Server;
import io.millrace.jetstream.JetStream;
import io.millrace.protocol.JsonPage;
import io.millrace.runtime.Log;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers questions about the server in the system account ($SYS.REQ.SERVER.…, $SYS.REQ.ACCOUNT.…),
 * and does what it is told there. Heard on the broker's loop, answered at a {@link Desk}.
 */
public final class SystemServices {
    private static final String SERVER = "$SYS.REQ.SERVER.";
    private static final String ACCOUNT = "$SYS.REQ.ACCOUNT.";

    /** Where servers talk to servers: alone, one only listens. */
    private static final List<String> BETWEEN_SERVERS =
            List.of(
                    "$SYS.SERVER.ACCOUNT.*.CONNS",
                    "$SYS.REQ.ACCOUNT.NSUBS",
                    "$SYS.SERVER.*.STATSZ",
                    "$SYS.SERVER.*.SHUTDOWN",
                    "$SYS.SERVER.*.LAMEDUCK",
                    "$SYS.ACCOUNT.*.LEAFNODE.CONNECT");

    private final Server server;
    private final InternalClient system;
    private final Views views;
    private final ServerCommands commands;
    private final AccountCommands accounts;
    private final Desk desk;

    private SystemServices(
            Server server,
            InternalClient system,
            Views views,
            Supplier<@Nullable JetStream> jetstream,
            Supplier<String> reload,
            Log log) {
        this.accounts = new AccountCommands(server, jetstream, log);
        this.desk = new Desk(log);
        this.server = server;
        this.system = system;
        this.views = views;
        this.commands = new ServerCommands(server, reload);
    }

    /**
     * Answers from now on, where there is a system account. Any thread.
     *
     * @param jetstream gives JetStream when it is there, on any thread
     * @param reload reads the configuration again, on a thread that may wait, and tells what is
     *     wrong with it; "" for nothing
     */
    public static void start(
            Server server,
            Supplier<@Nullable JetStream> jetstream,
            @Nullable Monitor monitor,
            Supplier<String> reload,
            Log log) {
        server.ask(
                () -> {
                    InternalClient system = server.systemClient();
                    if (system != null) {
                        Views views = new Views(server, jetstream, monitor, log);
                        new SystemServices(server, system, views, jetstream, reload, log)
                                .subscribe();
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

    /** What is done with a question. */
    private interface Task {
        void answer(SystemRequest request, Answer answer);
    }

    private void subscribe() {
        String id = server.identity().id();
        String node = server.identity().node();
        system.hold("$SYS._INBOX." + node + ".*");
        system.hold("$SYS._INBOX_." + id);
        system.hold("$SYS.LATENCY.M2." + node);
        BETWEEN_SERVERS.forEach(system::hold);
        subscribeServer(id);
        subscribeAccount();
        hear(system, "$SYS.ACCOUNT.*.CLAIMS.UPDATE", accounts::claims);
        hear(system, ACCOUNT + "*.CLAIMS.UPDATE", accounts::claims);
        if (server.options().jetstream().enabled()) {
            hear(system, "$JS.API.ACCOUNT.PURGE.*", accounts::purge);
        }
        hear(system, "$SYS.REQ.USER.*.INFO", SystemServices::nobody);
        hear(system, "$SYS.DEBUG.SUBSCRIBERS", this::subscribers);
        server.accounts().forEach(this::serveOwn);
    }

    private void subscribeServer(String id) {
        hear(system, SERVER + "PING", (request, answer) -> statistics(answer));
        serve(id, "IDZ", this::identity, false);
        serve(id, "STATSZ", (request, answer) -> statistics(answer), true);
        serve(id, "VARZ", data(request -> views.varz::write), true);
        serve(id, "CONNZ", data(request -> connz(request, null)), true);
        serve(id, "SUBSZ", data(this::subsz), true);
        serve(id, "JSZ", data(this::jsz), true);
        serve(
                id,
                "HEALTHZ",
                data(request -> page -> views.healthz.write(page, request.fields())),
                true);
        serve(id, "ACCOUNTZ", data(this::accountz), true);
        serve(id, "ROUTEZ", data(request -> views::routez), true);
        serve(id, "GATEWAYZ", data(request -> views::gatewayz), true);
        serve(id, "LEAFZ", data(request -> views::leafz), true);
        serve(id, "RAFTZ", data(request -> page -> {}), true);
        serve(id, "IPQUEUESZ", data(this::queues), true);
        serve(id, "EXPVARZ", data(request -> views.vars::write), true);
        serve(id, "PROFILEZ", data(request -> Profiles.of(request)::write), true);
        command(id, "RELOAD", commands::reload);
        command(id, "KICK", commands::kick);
        command(id, "LDM", commands::sendAway);
    }

    private void subscribeAccount() {
        ofAccount("CONNZ", (account, request, answer) -> answer.data(connz(request, account)));
        ofAccount("LEAFZ", (account, request, answer) -> answer.data(views::leafz));
        ofAccount("SUBSZ", (account, request, answer) -> answer.data(subszOf(request, account)));
        ofAccount("JSZ", this::jszOf);
        ofAccount(
                "INFO",
                (account, request, answer) ->
                        answer.data(page -> views.accountz.detail(page, account)));
        ofAccount("CONNS", this::conns);
        ofAccount("STATZ", (account, request, answer) -> statz(List.of(account), request, answer));
        hear(
                system,
                ACCOUNT + "PING.STATZ",
                (request, answer) -> statz(request.texts("accounts"), request, answer));
    }

    /** What an ordinary account may ask about itself. */
    private void serveOwn(Account account) {
        if (account == server.accounts().system()) {
            return;
        }
        InternalClient own = server.clientIn(account);
        String name = account.name();
        Task connz = (request, answer) -> answer.data(connz(request, name));
        hear(own, ACCOUNT + "PING.CONNZ", connz);
        hear(own, SERVER + "PING.CONNZ", connz);
        hear(
                own,
                ACCOUNT + "PING.STATZ",
                (request, answer) -> statz(List.of(name), request, answer));
    }

    /** Hears questions to every server, which may name those that they mean, and to this one. */
    private void serve(String id, String what, Task task, boolean choosy) {
        Task chosen =
                choosy
                        ? (request, answer) -> {
                            if (!request.mistake().isEmpty()) {
                                answer.malformed(request.mistake());
                            } else if (request.isFor(server)) {
                                task.answer(request, answer);
                            }
                        }
                        : task;
        hear(system, SERVER + id + "." + what, chosen);
        hear(system, SERVER + "PING." + what, chosen);
    }

    private void command(String id, String what, Task task) {
        hear(system, SERVER + id + "." + what, task);
    }

    /** What is done with a question about an account. */
    private interface AccountTask {
        void answer(String account, SystemRequest request, Answer answer);
    }

    private void ofAccount(String what, AccountTask task) {
        hear(
                system,
                ACCOUNT + "*." + what,
                (request, answer) -> {
                    String subject = request.message().subject();
                    String name =
                            subject.substring(
                                    ACCOUNT.length(), subject.length() - what.length() - 1);
                    if (request.mistake().isEmpty()) {
                        task.answer(name, request, answer);
                    } else {
                        answer.malformed(request.mistake());
                    }
                });
    }

    private void hear(InternalClient where, String subject, Task task) {
        where.subscribe(
                subject,
                message -> {
                    if (message.reply() != null || subject.endsWith(".RELOAD")) {
                        desk.take(
                                () ->
                                        task.answer(
                                                new SystemRequest(message),
                                                new Answer(server, where, message)));
                    }
                });
    }

    /** The fields that a question asks for. */
    private interface Question {
        Consumer<JsonPage> fields(SystemRequest request);
    }

    private static Task data(Question question) {
        return (request, answer) -> answer.data(page -> question.fields(request).accept(page));
    }

    private void identity(SystemRequest request, Answer answer) {
        JsonPage page = JsonPage.compact().object(null);
        page.text("name", server.identity().name())
                .text("host", server.options().host())
                .text("id", server.identity().id());
        answer.send(page.endObject().toString());
    }

    private void statistics(Answer answer) {
        answer.envelope(server.events()::statistics);
    }

    private Consumer<JsonPage> connz(SystemRequest request, @Nullable String account) {
        ConnzPage.Selection wanted =
                ConnzPage.Selection.of(request.query(account))
                        .hearing(request.text("filter_subject"));
        return page -> views.connz.write(page, wanted);
    }

    private Consumer<JsonPage> subsz(SystemRequest request) {
        SubszPage.Selection wanted = SubszPage.Selection.of(request.query(null));
        return page -> views.subsz.write(page, wanted);
    }

    /** Of one account all are listed, asked or not. */
    private Consumer<JsonPage> subszOf(SystemRequest request, String account) {
        SubszPage.Selection wanted = SubszPage.Selection.of(request.query(account)).listed();
        return page -> views.subsz.write(page, wanted);
    }

    private Consumer<JsonPage> jsz(SystemRequest request) {
        JszPage.Selection wanted = JszPage.Selection.of(request.fields());
        return page -> views.jsz.write(page, wanted);
    }

    private Consumer<JsonPage> accountz(SystemRequest request) {
        return page -> views.accountz.write(page, request.text("account"));
    }

    private Consumer<JsonPage> queues(SystemRequest request) {
        String filter = request.text("filter");
        return page -> {
            if ("System recvQ".contains(filter)) {
                page.object("System recvQ")
                        .number("pending", desk.waiting())
                        .number("in_progress", 1)
                        .endObject();
            }
        };
    }

    private void jszOf(String account, SystemRequest request, Answer answer) {
        if (server.<@Nullable Account>ask(() -> server.accounts().find(account)) == null) {
            answer.refuse("account \"" + account + "\" not found");
            return;
        }
        JszPage.Selection wanted = JszPage.Selection.of(request.fields()).in(account);
        JszPage.Seen seen = views.jsz.look(wanted);
        if (seen == null || seen.view().account(account) == null) {
            answer.refuse("account \"" + account + "\" not jetstream enabled");
        } else {
            answer.data(page -> views.jsz.writeOnly(page, wanted, seen));
        }
    }

    /** Said in the words of the event. */
    private void conns(String name, SystemRequest request, Answer answer) {
        String event =
                server.ask(
                        () -> {
                            Account account = server.accounts().find(name);
                            return account == null
                                    ? ""
                                    : server.events().connections(account).toString();
                        });
        if (!event.isEmpty()) {
            answer.send(event);
        }
    }

    private void statz(List<String> accounts, SystemRequest request, Answer answer) {
        boolean unused = request.flag("include_unused");
        JsonPage page = JsonPage.compact().object(null);
        boolean found = true;
        if (accounts.isEmpty()) {
            views.accstatz.write(page, unused);
        } else {
            found = views.accstatz.write(page, accounts, unused);
        }
        if (found) {
            String fields = page.endObject().toString();
            answer.envelope(whole -> whole.json("data", fields));
        }
    }

    /** About a user who asks in another account; who asks here is none of theirs. */
    private static void nobody(SystemRequest request, Answer answer) {
        answer.data(page -> page.text("user", "").text("account", ""));
    }

    /** How many would hear a message on the subject that was sent. */
    private void subscribers(SystemRequest request, Answer answer) {
        String subject = request.message().payload().strip();
        Account account = request.message().account();
        answer.send(Integer.toString(server.ask(() -> server.matching(account, subject).size())));
    }
}
