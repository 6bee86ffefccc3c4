package io.millrace.broker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The live accounts of a server. Owned by the broker's loop. */
public final class Accounts {
    private final Map<String, Account> byName = new LinkedHashMap<>();
    private final Account global;
    private @Nullable Account system;

    Accounts() {
        global = named(Account.GLOBAL);
    }

    /** The account of everybody who was put into no other. */
    public Account global() {
        return global;
    }

    /** Where the server speaks of itself; null when it has been switched off. */
    public @Nullable Account system() {
        return system;
    }

    void makeSystem(@Nullable String name) {
        system = name == null ? null : named(name);
    }

    /** The account of that name, made when it was not there. */
    Account named(String name) {
        return byName.computeIfAbsent(name, Account::new);
    }

    public @Nullable Account find(String name) {
        return byName.get(name);
    }

    public List<Account> all() {
        return new ArrayList<>(byName.values());
    }
}
