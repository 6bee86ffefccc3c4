package io.millrace.broker;

import io.millrace.auth.Permissions;
import io.millrace.protocol.JsonPage;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Tells whoever asks who it is and what it may ($SYS.REQ.USER.INFO). Owned by the loop. */
final class UserInfoService {
    private static final String SUBJECT = "$SYS.REQ.USER.INFO";

    private final Server server;

    UserInfoService(Server server) {
        this.server = server;
    }

    /** Answers in {@code account} from now on. */
    void serve(InternalClient client) {
        client.subscribe(SUBJECT, request -> answer(client, request));
    }

    private void answer(InternalClient client, InternalClient.Request request) {
        ConnectionInfo asks = request.sender();
        String reply = request.reply();
        if (asks == null || reply == null) {
            return;
        }
        JsonPage page = JsonPage.compact().object(null);
        server.events().server(page);
        page.object("data")
                .textUnlessEmpty("user", asks.userName())
                .text("account", asks.account())
                .text("account_name", asks.account());
        ClientConnection connection = server.connection(asks.id());
        Permissions permissions =
                connection == null || connection.session().user() == null
                        ? null
                        : connection.session().permissions();
        if (permissions != null) {
            page.object("permissions");
            side(page, "publish", permissions.publishAllowed(), permissions.publishDenied());
            side(page, "subscribe", permissions.subscribeAllowed(), permissions.subscribeDenied());
            if (permissions.allowsResponses()) {
                page.object("responses")
                        .number("max", permissions.responsesMax())
                        .number("ttl", permissions.responsesExpireNanos())
                        .endObject();
            }
            page.endObject();
        }
        page.endObject().endObject();
        client.publish(reply, page.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void side(JsonPage page, String key, List<String> allow, List<String> deny) {
        page.object(key);
        list(page, "allow", allow);
        list(page, "deny", deny);
        page.endObject();
    }

    private static void list(JsonPage page, String key, List<String> subjects) {
        if (!subjects.isEmpty()) {
            page.array(key);
            subjects.forEach(subject -> page.text(null, subject));
            page.endArray();
        }
    }
}
