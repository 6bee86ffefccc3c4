package io.millrace.monitor.explain;

import io.millrace.auth.Permissions;
import io.millrace.auth.Permissions.Ruling;
import io.millrace.auth.User;
import io.millrace.broker.ConnectionInfo;
import io.millrace.broker.Server;
import io.millrace.protocol.JsonPage;
import io.millrace.protocol.Subjects;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** May this user publish or subscribe to this subject, and by which rule? Loop only. */
final class PermissionQuestion implements Question {
    private final Server server;

    PermissionQuestion(Server server) {
        this.server = server;
    }

    @Override
    public void answer(Asked asked, JsonPage page) throws UnclearQuestion {
        String action = asked.name("action", 0);
        if (!action.equals("publish") && !action.equals("subscribe")) {
            throw new UnclearQuestion(
                    400, "\"" + action + "\" is no action: ask for \"publish\" or \"subscribe\"");
        }
        String subject = asked.text("subject", 1);
        requireSubject(action, subject);
        User user = user(asked);
        Ruling ruling = ruling(user, action, subject, asked.optional("queue"));
        boolean allowed = ruling.decision() != Permissions.Decision.REFUSED;
        String name = user.name() == null ? "" : user.name();
        page.text("user", name)
                .text("account", user.account())
                .text("action", action)
                .text("subject", subject)
                .flag("allowed", allowed)
                .text("summary", summary(user, action, subject, ruling))
                .text("decision", ruling.decision().name().toLowerCase(Locale.ROOT))
                .text("by", ruling.basis().name().toLowerCase(Locale.ROOT))
                .text("rule", ruling.rule());
    }

    private static void requireSubject(String action, String subject) throws UnclearQuestion {
        byte[] name = subject.getBytes(StandardCharsets.UTF_8);
        boolean fits =
                action.equals("publish")
                        ? Subjects.isLiteral(name, 0, name.length)
                        : Subjects.isValid(subject);
        if (!fits) {
            throw new UnclearQuestion(
                    400,
                    "\""
                            + subject
                            + "\" is no subject to "
                            + action
                            + (action.equals("publish")
                                    ? " on: wildcards are for subscribing"
                                    : " to"));
        }
    }

    /** From an ordinary account, everybody may ask about himself. */
    private User user(Asked asked) throws UnclearQuestion {
        String named = asked.optional("user");
        if (asked.within() != null) {
            ConnectionInfo sender = asked.sender();
            String own = sender == null ? null : sender.userName();
            if (named != null && !named.equals(own)) {
                throw new UnclearQuestion(403, "only the system account may ask about other users");
            }
            return own == null ? stranger(asked.within().name()) : known(own);
        }
        if (named == null) {
            throw UnclearQuestion.lacks("user");
        }
        return known(named);
    }

    private User known(String name) throws UnclearQuestion {
        User found = server.user(name);
        if (found == null) {
            throw new UnclearQuestion(
                    404, "no user or nkey \"" + name + "\" is in the configuration");
        }
        return found;
    }

    private static User stranger(String account) {
        return new User(null, false, account, null, Set.of());
    }

    private static Ruling ruling(User user, String action, String subject, @Nullable String queue) {
        Permissions permissions = user.permissions();
        if (permissions == null) {
            return new Ruling(Permissions.Decision.ALLOWED, Ruling.Basis.NONE, "");
        }
        return action.equals("publish")
                ? permissions.rulingOnPublish(subject)
                : permissions.rulingOnSubscribe(subject, queue);
    }

    private static String summary(User user, String action, String subject, Ruling ruling) {
        String who = Objects.requireNonNullElse(user.name(), "A client without a user");
        String does = action.equals("publish") ? "publish on " : "subscribe to ";
        boolean refused = ruling.decision() == Permissions.Decision.REFUSED;
        String verdict = who + (refused ? " may not " : " may ") + does + subject + ": ";
        String reason =
                switch (ruling.basis()) {
                    case NONE -> "there is no list of what is allowed, so everything is.";
                    case ALLOW -> "allowed by \"" + ruling.rule() + "\".";
                    case DENY ->
                            refused
                                    ? "denied by \"" + ruling.rule() + "\"."
                                    : "but messages that \""
                                            + ruling.rule()
                                            + "\" covers are denied, and left out.";
                    case NOT_ALLOWED -> "the list of what is allowed does not cover it.";
                };
        boolean answers =
                refused
                        && action.equals("publish")
                        && user.permissions() != null
                        && user.permissions().allowsResponses();
        return verdict
                + reason
                + (answers ? " As the reply subject of a message received, it may." : "");
    }
}
