package io.millrace.broker;

import io.millrace.config.AccountOptions;
import io.millrace.config.Options;

/** Carries the configured accounts into the live ones. */
final class AccountRules {
    private AccountRules() {}

    /** Loop only, or before the loop starts. */
    static void apply(Options options, Accounts accounts) {
        accounts.global().map(MappingTable.of(options.mappings()));
        for (AccountOptions configured : options.accounts()) {
            Account account = accounts.named(configured.name());
            AccountOptions.Limits limits = configured.limits();
            account.limit(
                    new AccountLimits(
                            limits.maxConnections(),
                            limits.maxSubscriptions(),
                            limits.maxPayload(),
                            limits.maxLeafnodes()));
            if (account != accounts.global() || !configured.mappings().isEmpty()) {
                account.map(MappingTable.of(configured.mappings()));
            }
        }
        accounts.makeSystem(options.noSystemAccount() ? null : options.systemAccount());
    }
}
