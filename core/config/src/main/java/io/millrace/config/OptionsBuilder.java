package io.millrace.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Options in the making. Owned by whoever makes them; the fields are the components of Options. */
public final class OptionsBuilder {
    private static final long SECOND = 1_000_000_000L;

    public @Nullable String serverName;
    public String host = "0.0.0.0";
    public int port = 4222;
    public @Nullable String clientAdvertise;
    public LogOptions log = LogOptions.DEFAULTS;
    public MonitorOptions monitor = MonitorOptions.DEFAULTS;
    public LimitsOptions limits = LimitsOptions.DEFAULTS;
    public AuthOptions auth = AuthOptions.DEFAULTS;
    public List<AccountOptions> accounts = List.of();
    public String systemAccount = "$SYS";
    public boolean noSystemAccount;
    public List<MappingOptions> mappings = List.of();
    public @Nullable TlsOptions tls;
    public boolean allowNonTls;
    public WebSocketOptions webSocket = WebSocketOptions.NONE;
    public @Nullable String pidFile;
    public @Nullable String portsFileDir;
    public long lameDuckDurationNanos = 120 * SECOND;
    public long lameDuckGracePeriodNanos = 10 * SECOND;
    public boolean noHeaderSupport;
    public List<String> serverTags = List.of();
    public Map<String, String> serverMetadata = Map.of();
    public JetStreamOptions jetstream = JetStreamOptions.DEFAULTS;
    public @Nullable String configFile;
    public @Nullable String configDigest;
    public int connectErrorReports = 3600;
    public int reconnectErrorReports = 1;
    public boolean noSublistCache;
    public String writeTimeout = "";
    public Map<String, Boolean> featureFlags = Map.of();
    public long memoryBytes;
    public MetricsOptions metrics = MetricsOptions.DEFAULTS;

    public OptionsBuilder() {}

    OptionsBuilder(Options from) {
        serverName = from.serverName();
        host = from.host();
        port = from.port();
        clientAdvertise = from.clientAdvertise();
        log = from.log();
        monitor = from.monitor();
        limits = from.limits();
        auth = from.auth();
        accounts = from.accounts();
        systemAccount = from.systemAccount();
        noSystemAccount = from.noSystemAccount();
        mappings = from.mappings();
        tls = from.tls();
        allowNonTls = from.allowNonTls();
        webSocket = from.webSocket();
        pidFile = from.pidFile();
        portsFileDir = from.portsFileDir();
        lameDuckDurationNanos = from.lameDuckDurationNanos();
        lameDuckGracePeriodNanos = from.lameDuckGracePeriodNanos();
        noHeaderSupport = from.noHeaderSupport();
        serverTags = from.serverTags();
        serverMetadata = from.serverMetadata();
        jetstream = from.jetstream();
        configFile = from.configFile();
        configDigest = from.configDigest();
        connectErrorReports = from.connectErrorReports();
        reconnectErrorReports = from.reconnectErrorReports();
        noSublistCache = from.noSublistCache();
        writeTimeout = from.writeTimeout();
        featureFlags = from.featureFlags();
        memoryBytes = from.memoryBytes();
        metrics = from.metrics();
    }

    public Options build() {
        return new Options(
                serverName,
                host,
                port,
                clientAdvertise,
                log,
                monitor,
                limits,
                auth,
                List.copyOf(accounts),
                systemAccount,
                noSystemAccount,
                List.copyOf(mappings),
                tls,
                allowNonTls,
                webSocket,
                pidFile,
                portsFileDir,
                lameDuckDurationNanos,
                lameDuckGracePeriodNanos,
                noHeaderSupport,
                List.copyOf(serverTags),
                Map.copyOf(serverMetadata),
                jetstream,
                configFile,
                configDigest,
                connectErrorReports,
                reconnectErrorReports,
                noSublistCache,
                writeTimeout,
                Map.copyOf(featureFlags),
                memoryBytes,
                metrics);
    }
}
