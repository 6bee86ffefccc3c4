package io.millrace.config;

import io.millrace.protocol.NKeyText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the accounts, as a list of names or with what belongs to each. */
final class AccountsReader {
    private static final String GLOBAL = "$G";
    private static final String BLOCK = "accounts.<name>";

    private final Block.Sources sources;
    private final PermissionsReader permissions;
    private final UsersReader users;
    private final MappingsReader mappings;
    private final AccountJetStreamReader jetstream;

    AccountsReader(
            Block.Sources sources,
            PermissionsReader permissions,
            UsersReader users,
            MappingsReader mappings) {
        this.sources = sources;
        this.permissions = permissions;
        this.users = users;
        this.mappings = mappings;
        this.jetstream = new AccountJetStreamReader(sources);
    }

    List<AccountOptions> read(@Nullable ConfValue value) {
        List<AccountOptions> accounts = new ArrayList<>();
        int before = sources.findings().count();
        if (value instanceof ConfValue.Array array) {
            names(array, accounts);
        } else if (value instanceof ConfValue.Table table) {
            for (Map.Entry<String, ConfValue> entry : table.entries().entrySet()) {
                account(entry.getKey(), entry.getValue(), accounts);
            }
            if (sources.findings().count() == before) {
                new SharingCheck(accounts, table.at(), sources.findings()).check();
            }
        }
        return accounts;
    }

    private void names(ConfValue.Array array, List<AccountOptions> accounts) {
        Set<String> seen = new HashSet<>();
        for (ConfValue element : array.elements()) {
            String name = GoText.plain(element);
            if (name.equals(GLOBAL)) {
                error(element, "\"" + name + "\" is a Reserved Account");
            } else if (!seen.add(name)) {
                error(element, "Duplicate Account Entry: " + name);
            } else {
                accounts.add(
                        new AccountOptions(
                                name,
                                null,
                                List.of(),
                                null,
                                AccountOptions.Limits.NONE,
                                List.of(),
                                null));
            }
        }
    }

    private void account(String name, ConfValue value, List<AccountOptions> accounts) {
        if (name.equals(GLOBAL)) {
            error(value, "\"" + name + "\" is a Reserved Account");
            return;
        } else if (!(value instanceof ConfValue.Table)) {
            error(value, "Expected map entries for accounts");
            return;
        }
        Block block = new Block((ConfValue.Table) value, BLOCK, sources);
        String nkey = block.textOrNull("nkey");
        ConfValue nkeyValue = block.value("nkey");
        if (nkey != null && nkeyValue != null && !NKeyText.isKey(NKeyText.Kind.ACCOUNT, nkey)) {
            error(nkeyValue, "Not a valid public nkey for an account: \"" + nkey + "\"");
        }
        PermissionsOptions defaults = permissions.read(block.value("default_permissions"));
        accounts.add(
                new AccountOptions(
                        name,
                        nkey,
                        users(block),
                        defaults,
                        limits(block),
                        mappings.read(block.value("mappings")),
                        jetstream.read(block.value("jetstream")),
                        new ExportsReader(sources.findings()).read(block.value("exports")),
                        new ImportsReader(sources.findings()).read(block.value("imports"))));
    }

    private List<UserOptions> users(Block block) {
        ConfValue value = block.value("users");
        if (value instanceof ConfValue.Array array) {
            List<UserOptions> listed = users.read(array);
            users.take(listed, value.at());
            return listed;
        } else if (value != null) {
            sources.findings()
                    .errorWithoutPlace(
                            "Expected users field to be an array, got " + GoText.plain(value));
        }
        return List.of();
    }

    private AccountOptions.Limits limits(Block block) {
        ConfValue value = block.value("limits");
        if (value == null) {
            return AccountOptions.Limits.NONE;
        } else if (!(value instanceof ConfValue.Table)) {
            error(value, "Expected account limits to be a map/struct, got " + GoText.plain(value));
            return AccountOptions.Limits.NONE;
        }
        Block limits = new Block((ConfValue.Table) value, BLOCK + ".limits", sources);
        return new AccountOptions.Limits(
                limits.whole("max_connections", -1),
                limits.whole("max_subscriptions", -1),
                limits.whole("max_payload", -1),
                limits.whole("max_leafnodes", -1));
    }

    private void error(ConfValue value, String text) {
        sources.findings().error(value.at(), text);
    }
}
