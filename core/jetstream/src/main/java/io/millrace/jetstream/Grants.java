package io.millrace.jetstream;

import io.millrace.broker.Account;
import io.millrace.broker.Subscription;
import io.millrace.config.AccountJetStream;
import io.millrace.config.Options;
import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.jetstream.api.Storage;
import io.millrace.store.StoreException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which accounts have JetStream, as the configuration grants it. Loop only. */
/* Who loses it keeps the streams that are on disk, closed; they go on when it is granted anew. */
final class Grants {
    private final JetStream engine;
    private final Recovered recovered;
    private final TreeMap<String, JetStreamAccount> accounts = new TreeMap<>();
    private final Map<Account, Subscription> refused = new HashMap<>();
    private final Map<String, List<Stream>> closed = new HashMap<>();
    private boolean serving;

    Grants(JetStream engine, Recovered recovered) {
        this.engine = engine;
        this.recovered = recovered;
    }

    Collection<JetStreamAccount> accounts() {
        return accounts.values();
    }

    @Nullable JetStreamAccount account(String name) {
        return accounts.get(name);
    }

    /**
     * Puts in force what the options grant.
     *
     * @return the first reason for which an account did not get what was configured; it keeps what
     *     it had
     */
    @Nullable ApiException apply(Options options) {
        ApiException lacking = null;
        long memory = 0;
        long storage = 0;
        Set<Account> present = new HashSet<>(engine.server().accounts().all());
        for (Account account : engine.server().accounts().all()) {
            AccountJetStream granted = options.jetStreamOf(account.name());
            if (granted == null) {
                withdraw(accounts.get(account.name()));
                refuse(account);
                continue;
            }
            AccountLimits its = AccountLimits.of(granted);
            ApiException lack = lack(memory, storage, its);
            if (lack != null) {
                lacking = lacking == null ? lack : lacking;
                JetStreamAccount known = accounts.get(account.name());
                its = known == null ? null : known.limits();
            }
            if (its == null) {
                refuse(account);
            } else {
                memory += Math.max(0, its.maxMemory());
                storage += Math.max(0, its.maxStorage());
                grant(account, its);
            }
        }
        for (JetStreamAccount known : List.copyOf(accounts.values())) {
            if (!present.contains(known.client().account())) {
                withdraw(known);
            }
        }
        refused.keySet().retainAll(present);
        return lacking;
    }

    /** What accounts are promised together has to be there. */
    private @Nullable ApiException lack(long memory, long storage, AccountLimits more) {
        if (memory + Math.max(0, more.maxMemory()) > engine.maxMemory()) {
            return ApiError.MEMORY_RESOURCES_EXCEEDED.asException();
        }
        if (storage + Math.max(0, more.maxStorage()) > engine.maxStorage()) {
            return ApiError.STORAGE_RESOURCES_EXCEEDED.asException();
        }
        return null;
    }

    private void grant(Account account, AccountLimits its) {
        JetStreamAccount known = accounts.get(account.name());
        if (known != null && known.client().account() == account) {
            known.limit(its);
            return;
        }
        withdraw(known);
        Subscription refusal = refused.remove(account);
        if (refusal != null) {
            engine.server().clientIn(account).unlisten(refusal);
        }
        JetStreamAccount made =
                new JetStreamAccount(engine, engine.server().clientIn(account), its);
        accounts.put(account.name(), made);
        if (serving) {
            recovered.bringBackKept(made);
            for (Stream stream : closed.getOrDefault(account.name(), List.of())) {
                recovered.resume(made, stream);
            }
            closed.remove(account.name());
            made.serve();
        }
    }

    private void refuse(Account account) {
        if (!refused.containsKey(account)) {
            refused.put(account, Api.refuseFor(engine, engine.server().clientIn(account)));
        }
    }

    /** Everything is back: requests may come. */
    void serve() {
        serving = true;
        accounts.values().forEach(JetStreamAccount::serve);
    }

    private void withdraw(@Nullable JetStreamAccount account) {
        if (account == null) {
            return;
        }
        accounts.remove(account.name());
        account.close();
        engine.used(Storage.MEMORY, -account.memoryBytes());
        engine.used(Storage.FILE, -account.storageBytes());
        List<Stream> lasting = new ArrayList<>();
        for (Stream stream : account.streams()) {
            if (stream.store().isInMemory()) {
                drop(stream);
            } else {
                lasting.add(stream);
            }
        }
        closed.put(account.name(), lasting);
    }

    private void drop(Stream stream) {
        try {
            engine.store().dropStream(stream.store());
        } catch (StoreException failed) {
            engine.storeFailed(stream, failed);
        }
    }

    /** JetStream ends in every account. */
    void close() {
        accounts.values().forEach(JetStreamAccount::close);
        refused.forEach((account, refusal) -> engine.server().clientIn(account).unlisten(refusal));
        refused.clear();
    }
}
