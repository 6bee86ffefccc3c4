package io.millrace.config;

import io.millrace.protocol.NKeyText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads lists of users and knows which names were taken before, in whatever account. */
final class UsersReader {
    private static final Set<String> CONNECTION_TYPES =
            Set.of(
                    "STANDARD",
                    "WEBSOCKET",
                    "LEAFNODE",
                    "LEAFNODE_WS",
                    "MQTT",
                    "MQTT_WS",
                    "IN_PROCESS");

    private final Block.Sources sources;
    private final PermissionsReader permissions;
    private final Set<String> taken = new HashSet<>();

    UsersReader(Block.Sources sources, PermissionsReader permissions) {
        this.sources = sources;
        this.permissions = permissions;
    }

    List<UserOptions> read(ConfValue.Array array) {
        List<UserOptions> users = new ArrayList<>();
        for (ConfValue element : array.elements()) {
            if (element instanceof ConfValue.Table table) {
                UserOptions user = user(table);
                if (user != null) {
                    users.add(user);
                }
            } else {
                sources.findings()
                        .error(
                                element.at(),
                                "Expected user entry to be a map/struct, got "
                                        + GoText.plain(element));
            }
        }
        return users;
    }

    private @Nullable UserOptions user(ConfValue.Table table) {
        int before = sources.findings().count();
        Block block = new Block(table, "$USER", sources);
        String user = block.textOrNull("user");
        String password = block.textOrNull("password");
        String nkey = block.textOrNull("nkey");
        PermissionsOptions permitted = permissions.read(block.value("permissions"));
        List<String> types = connectionTypes(block);
        if (sources.findings().count() > before) {
            return null;
        }
        Position last = table.at();
        for (ConfValue value : table.entries().values()) {
            last = value.at();
        }
        if (nkey != null && !NKeyText.isKey(NKeyText.Kind.USER, nkey)) {
            sources.findings().error(last, "Not a valid public nkey for a user");
            return null;
        } else if (nkey != null && (user != null || password != null)) {
            sources.findings().error(last, "Nkey users do not take usernames or passwords");
            return null;
        } else if (nkey == null && user == null) {
            sources.findings().error(last, "User entry requires a user");
            return null;
        }
        return new UserOptions(user, password, nkey, permitted, types);
    }

    private List<String> connectionTypes(Block block) {
        ConfValue value = block.value("allowed_connection_types");
        if (value == null) {
            return List.of();
        }
        List<String> types =
                value instanceof ConfValue.Text text
                        ? List.of(text.value())
                        : block.texts("allowed_connection_types");
        List<String> upper = types.stream().map(type -> type.toUpperCase(Locale.ROOT)).toList();
        List<String> unknown =
                upper.stream().filter(type -> !CONNECTION_TYPES.contains(type)).toList();
        if (!unknown.isEmpty()) {
            sources.findings()
                    .error(value.at(), "invalid connection types " + GoText.quoted(unknown));
        }
        return upper;
    }

    /** Reports names that another user has already; {@code at} is where the list stands. */
    void take(List<UserOptions> users, Position at) {
        for (UserOptions user : users) {
            String nkey = user.nkey();
            String name = nkey == null ? "user \"" + user.user() : "nkey \"" + nkey;
            if (!taken.add(name)) {
                sources.findings().error(at, "Duplicate " + name + "\" detected");
                return;
            }
        }
    }
}
