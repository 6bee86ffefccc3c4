package io.millrace.broker;

import io.millrace.config.ImportOptions;
import io.millrace.config.Options;

/** Gives each client its number, and what the server does itself in accounts, too. Loop only. */
/* nats-server has clients of its own, which take numbers of the same sequence and whose coming and
 * going it tells like that of others: a handful for itself, one for each account, three for a
 * stream (two in its account, one in the system account) and two for a consumer (one in each).
 * Here a part of the server needs no client, but the numbers are taken and the events told at the
 * same moments, because a client_id, a cid and the CONNS events of an account show them. */
public final class ClientNumbers {
    private static final long OF_SYSTEM = 4;

    private final Server server;
    private long next;

    ClientNumbers(Server server, Options options) {
        this.server = server;
        boolean speaks = server.accounts().system() != null || options.jetstream().enabled();
        this.next = speaks ? OF_SYSTEM : 1;
        if (speaks) {
            server.accounts().forEach(this::count);
        } else {
            // what an account asks of others is then all that needs a client
            next +=
                    options.accounts().stream()
                            .filter(a -> a.imports().stream().anyMatch(ImportOptions::isService))
                            .count();
        }
    }

    private void count(Account account) {
        if (account != server.accounts().system()) {
            next++;
        }
    }

    /** The number of a client that has connected. */
    long next() {
        return next++;
    }

    /** A part of the server has begun to act in an account. */
    public void came(Account account) {
        next++;
        server.events().countsChanged(account);
    }

    /** The same in the system account, if there is one. */
    public void cameToSystem() {
        Account system = server.accounts().system();
        next++;
        if (system != null) {
            server.events().countsChanged(system);
        }
    }

    /** A part of the server acts no more in an account. */
    public void left(Account account) {
        server.events().countsChanged(account);
    }

    /** The same in the system account, if there is one. */
    public void leftSystem() {
        Account system = server.accounts().system();
        if (system != null) {
            server.events().countsChanged(system);
        }
    }
}
