package io.millrace.broker;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The live accounts of a server. Owned by the broker's loop. */
public final class Accounts {
    private final Map<String, Account> byName = new LinkedHashMap<>();
    private final Account global;
    private final List<Consumer<Account>> newcomers = new ArrayList<>();
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
        Account known = byName.get(name);
        if (known != null) {
            return known;
        }
        Account made = new Account(name);
        byName.put(name, made);
        newcomers.forEach(action -> action.accept(made));
        return made;
    }

    /** Does something for each account that there is, and for each that comes later. */
    public void forEach(Consumer<Account> action) {
        all().forEach(action);
        newcomers.add(action);
    }

    public @Nullable Account find(String name) {
        return byName.get(name);
    }

    public List<Account> all() {
        return new ArrayList<>(byName.values());
    }
}
