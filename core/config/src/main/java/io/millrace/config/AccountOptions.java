package io.millrace.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One account: a subject space of its own, with its users. Immutable.
 *
 * @param jetstream null when the account does without
 * @param exports what other accounts may have of it
 * @param imports what it takes from other accounts
 */
public record AccountOptions(
        String name,
        @Nullable String nkey,
        List<UserOptions> users,
        @Nullable PermissionsOptions defaultPermissions,
        Limits limits,
        List<MappingOptions> mappings,
        @Nullable AccountJetStream jetstream,
        List<ExportOptions> exports,
        List<ImportOptions> imports) {

    /** An account that shares nothing with others. */
    public AccountOptions(
            String name,
            @Nullable String nkey,
            List<UserOptions> users,
            @Nullable PermissionsOptions defaultPermissions,
            Limits limits,
            List<MappingOptions> mappings,
            @Nullable AccountJetStream jetstream) {
        this(
                name,
                nkey,
                users,
                defaultPermissions,
                limits,
                mappings,
                jetstream,
                List.of(),
                List.of());
    }

    /** Bounds of the account; -1 for none of its own. */
    public record Limits(
            long maxConnections, long maxSubscriptions, long maxPayload, long maxLeafnodes) {
        public static final Limits NONE = new Limits(-1, -1, -1, -1);
    }
}
