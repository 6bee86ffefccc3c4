package io.millrace.broker;

import io.millrace.auth.Authenticator;
import io.millrace.auth.Credentials;
import io.millrace.auth.Outcome;
import io.millrace.auth.User;
import io.millrace.protocol.ConnectOptions;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Brings a client's CONNECT to the authenticator and the verdict back. Owned by the broker's loop;
 * a check that takes long runs elsewhere, meanwhile the client's further input waits.
 */
final class Login {
    private final Server server;
    private final Executor slowChecks;
    private Authenticator authenticator;

    Login(Server server, Authenticator authenticator, Executor slowChecks) {
        this.server = server;
        this.authenticator = authenticator;
        this.slowChecks = slowChecks;
    }

    /** Rules that hold from now on; who is connected already is the caller's business. */
    void replace(Authenticator newAuthenticator) {
        authenticator = newAuthenticator;
    }

    /** Whether INFO asks the client who it is. */
    boolean isRequired() {
        return authenticator.isRequired();
    }

    /** Whether there are users at all. */
    boolean isConfigured() {
        return authenticator.isConfigured();
    }

    boolean hasPlaintextPasswords() {
        return authenticator.hasPlaintextSecrets();
    }

    /** Whether a connection is nobody until the authenticator has spoken. */
    boolean isNeeded() {
        return authenticator.needsLogin();
    }

    /** Whether a client that says nothing of itself is somebody all the same (no_auth_user). */
    boolean admitsWithoutConnect() {
        return authenticator.hasNoAuthUser();
    }

    boolean wantsNonce() {
        return authenticator.usesNKeys();
    }

    @Nullable User find(String name) {
        return authenticator.find(name);
    }

    void check(ClientSession session, ConnectOptions said) {
        judge(session, said, outcome -> conclude(session, said, outcome));
    }

    /** Asks again who a client is that has been let in: the rules have changed. */
    void recheck(ClientSession session) {
        judge(session, session.options(), outcome -> concludeAgain(session, outcome));
    }

    private void judge(ClientSession session, ConnectOptions said, Consumer<Outcome> conclusion) {
        Credentials credentials = session.credentials(said);
        if (!authenticator.needsSlowCheck(credentials)) {
            conclusion.accept(authenticator.authenticate(credentials));
            return;
        }
        session.connection().pause();
        Authenticator rules = authenticator;
        slowChecks.execute(
                () -> {
                    Outcome outcome = rules.authenticate(credentials);
                    server.loop()
                            .execute(
                                    () -> {
                                        conclusion.accept(outcome);
                                        session.connection().resume();
                                    });
                });
    }

    private void conclude(ClientSession session, ConnectOptions said, Outcome outcome) {
        switch (outcome) {
            case Outcome.Accepted(User user) ->
                    session.accept(user, server.accounts().named(user.account()));
            case Outcome.Refused refused -> session.refuseLogin(said);
        }
    }

    private void concludeAgain(ClientSession session, Outcome outcome) {
        switch (outcome) {
            case Outcome.Accepted(User user) ->
                    session.renew(user, server.accounts().named(user.account()));
            case Outcome.Refused refused -> session.expel();
        }
    }
}
