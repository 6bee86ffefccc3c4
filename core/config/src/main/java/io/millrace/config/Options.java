package io.millrace.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that configures a server, from file and flags together. Immutable.
 *
 * @param serverName null for the server's id
 * @param port 0 never occurs; -1 for any free one
 * @param systemAccount the account in which the server speaks of itself
 * @param configDigest of the parsed file, "sha256:…"; null without a file
 * @param connectErrorReports every which failure of a first connection to a server is logged
 * @param writeTimeout "close" or "retry" when the write deadline passes; empty for the customary
 * @param memoryBytes what the process may use in all; 0 when nobody said
 */
public record Options(
        @Nullable String serverName,
        String host,
        int port,
        @Nullable String clientAdvertise,
        LogOptions log,
        MonitorOptions monitor,
        LimitsOptions limits,
        AuthOptions auth,
        List<AccountOptions> accounts,
        String systemAccount,
        boolean noSystemAccount,
        List<MappingOptions> mappings,
        @Nullable TlsOptions tls,
        boolean allowNonTls,
        WebSocketOptions webSocket,
        @Nullable String pidFile,
        @Nullable String portsFileDir,
        long lameDuckDurationNanos,
        long lameDuckGracePeriodNanos,
        boolean noHeaderSupport,
        List<String> serverTags,
        Map<String, String> serverMetadata,
        JetStreamOptions jetstream,
        @Nullable String configFile,
        @Nullable String configDigest,
        int connectErrorReports,
        int reconnectErrorReports,
        boolean noSublistCache,
        String writeTimeout,
        Map<String, Boolean> featureFlags,
        long memoryBytes,
        MetricsOptions metrics) {

    private static final String GLOBAL = "$G";
    private static final Options DEFAULTS = new OptionsBuilder().build();

    /** What nats-server does without a file and without flags. */
    public static Options defaults() {
        return DEFAULTS;
    }

    /** A builder that starts from these. */
    public OptionsBuilder toBuilder() {
        return new OptionsBuilder(this);
    }

    /**
     * What JetStream grants an account, if the server has it; null for nothing. While no account
     * but the system's is configured, the global one has all.
     */
    public @Nullable AccountJetStream jetStreamOf(String account) {
        if (account.equals(systemAccount)) {
            return null;
        } else if (account.equals(GLOBAL)) {
            boolean alone = accounts.stream().allMatch(each -> each.name().equals(systemAccount));
            return alone ? AccountJetStream.UNLIMITED : null;
        }
        for (AccountOptions each : accounts) {
            if (each.name().equals(account)) {
                return each.jetstream();
            }
        }
        return null;
    }

    public boolean headersAllowed() {
        return !noHeaderSupport;
    }
}
