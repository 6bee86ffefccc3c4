package io.millrace.monitor.explain;

import io.millrace.broker.Account;
import io.millrace.broker.Route;
import io.millrace.broker.Server;
import io.millrace.jetstream.Capture;
import io.millrace.jetstream.JetStream;
import io.millrace.protocol.JsonPage;
import io.millrace.protocol.Subjects;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Who receives this subject, and by way of which mapping, queue group and stream? Loop only. */
final class SubjectQuestion implements Question {
    private final Server server;
    private final Scope scope;
    private final Supplier<@Nullable JetStream> jetstream;

    SubjectQuestion(Server server, Supplier<@Nullable JetStream> jetstream) {
        this.server = server;
        this.scope = new Scope(server);
        this.jetstream = jetstream;
    }

    @Override
    public void answer(Asked asked, JsonPage page) throws UnclearQuestion {
        Account account = scope.account(asked);
        String subject = asked.text("subject", 0);
        byte[] name = subject.getBytes(StandardCharsets.UTF_8);
        if (!Subjects.isLiteral(name, 0, name.length)) {
            throw new UnclearQuestion(
                    400,
                    "\""
                            + subject
                            + "\" is no subject that a message can have: it may not be"
                            + " empty, have empty tokens or wildcards");
        }
        Route route = server.route(account, subject);
        List<Capture> captures = captures(account, subject, route);
        page.text("account", account.name())
                .text("subject", subject)
                .text("summary", summary(subject, route, captures) + onward(route));
        mappings(route, page);
        receivers(route, page);
        streams(captures, page);
        onward(route, page);
    }

    /** No more than that: who listens in another account is its own business. */
    private static void onward(Route route, JsonPage page) {
        if (route.onward().isEmpty()) {
            return;
        }
        page.array("other_accounts");
        for (Route.Onward onward : route.onward()) {
            page.object(null)
                    .text("account", onward.account())
                    .text("by", onward.isService() ? "service import" : "stream import")
                    .text("hears", onward.subject())
                    .number("subscriptions", onward.subscriptions())
                    .endObject();
        }
        page.endArray();
    }

    /** Where it goes by imports, as sentences. */
    private static String onward(Route route) {
        StringBuilder text = new StringBuilder();
        for (Route.Onward onward : route.onward()) {
            text.append(" An import of ")
                    .append(onward.isService() ? "a service" : "streams")
                    .append(" takes it to account ")
                    .append(onward.account())
                    .append(" as ")
                    .append(onward.subject())
                    .append(", where it has ")
                    .append(onward.subscriptions())
                    .append(onward.subscriptions() == 1 ? " subscription." : " subscriptions.");
        }
        return text.toString();
    }

    private List<Capture> captures(Account account, String subject, Route route) {
        JetStream streams = jetstream.get();
        if (streams == null) {
            return List.of();
        }
        Set<String> heard = new LinkedHashSet<>();
        if (route.ways().isEmpty()) {
            heard.add(subject);
        }
        route.ways().stream().map(Route.Way::subject).filter(s -> !s.isEmpty()).forEach(heard::add);
        List<Capture> captures = new ArrayList<>();
        heard.forEach(each -> captures.addAll(streams.captures(account.name(), each)));
        return captures;
    }

    private static String summary(String subject, Route route, List<Capture> captures) {
        StringBuilder text = new StringBuilder();
        if (!route.ways().isEmpty()) {
            text.append("A mapping sends ").append(subject).append(" to ");
            String to =
                    String.join(
                            ", ",
                            route.ways().stream()
                                    .map(
                                            way ->
                                                    (way.subject().isEmpty()
                                                                    ? "nobody"
                                                                    : way.subject())
                                                            + " ("
                                                            + way.percent()
                                                            + "%)")
                                    .toList());
            text.append(to).append(". ");
        }
        if (route.receiversTotal() == 0 && captures.isEmpty()) {
            return text.append("Nobody receives ")
                    .append(subject)
                    .append(": no client has subscribed to it and no stream stores it.")
                    .toString();
        }
        text.append(route.receiversTotal())
                .append(
                        route.receiversTotal() == 1
                                ? " subscription of a client hears it"
                                : " subscriptions of clients hear it");
        if (route.receivers().stream().anyMatch(r -> r.subscription().queue() != null)) {
            text.append(", of each queue group one at a time");
        }
        if (captures.isEmpty()) {
            return text.append("; no stream stores it.").toString();
        }
        return text.append("; stored by ")
                .append(String.join(", ", captures.stream().map(Capture::stream).toList()))
                .append('.')
                .toString();
    }

    private static void mappings(Route route, JsonPage page) {
        page.array("mappings");
        for (Route.Way way : route.ways()) {
            page.object(null)
                    .text("subject", way.subject())
                    .number("percent", way.percent())
                    .flag("dropped", way.subject().isEmpty())
                    .endObject();
        }
        page.endArray();
    }

    private static void receivers(Route route, JsonPage page) {
        page.number("receivers_total", route.receiversTotal()).array("receivers");
        for (Route.Receiver receiver : route.receivers()) {
            page.object(null)
                    .number("cid", receiver.subscription().connectionId())
                    .text("subscription", receiver.subscription().subject())
                    .text("hears", receiver.subject());
            optional(page, "queue", receiver.subscription().queue());
            optional(page, "user", receiver.user());
            optional(page, "name", receiver.client());
            page.endObject();
        }
        page.endArray();
    }

    private static void optional(JsonPage page, String key, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            page.text(key, value);
        }
    }

    private static void streams(List<Capture> captures, JsonPage page) {
        page.array("streams");
        for (Capture capture : captures) {
            page.object(null)
                    .text("stream", capture.stream())
                    .text("stored_as", capture.storedAs());
            optional(page, "republished_to", capture.republishedTo());
            page.array("consumers");
            capture.consumers().forEach(consumer -> page.text(null, consumer));
            page.endArray().endObject();
        }
        page.endArray();
    }
}
