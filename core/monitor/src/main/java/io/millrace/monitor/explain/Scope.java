package io.millrace.monitor.explain;

import io.millrace.broker.Account;
import io.millrace.broker.Server;

/** About which account a question may be answered. Loop only. */
final class Scope {
    private final Server server;

    Scope(Server server) {
        this.server = server;
    }

    /** The account that is asked about: from an ordinary one, that one alone. */
    Account account(Asked asked) throws UnclearQuestion {
        Account own = asked.within();
        String named = asked.optional("account");
        if (own != null) {
            if (named != null && !named.equals(own.name())) {
                throw new UnclearQuestion(
                        403, "only the system account may ask about other accounts");
            }
            return own;
        }
        String name = named == null ? Account.GLOBAL : named;
        Account found = server.accounts().find(name);
        if (found == null) {
            throw new UnclearQuestion(404, "there is no account \"" + name + "\"");
        }
        return found;
    }
}
