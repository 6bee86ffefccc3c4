package io.millrace.config;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The flags that a server was started with. They win over the file, at the start and at each
 * reload. Immutable.
 */
public final class Flags {
    private final Map<Flag, String> values;
    private final Map<String, String> environment;

    Flags(Map<Flag, String> values, Map<String, String> environment) {
        this.values = new EnumMap<>(Flag.class);
        this.values.putAll(values);
        this.environment = Map.copyOf(environment);
    }

    /** The file that "-c" names; null for none. */
    public @Nullable String configFile() {
        return values.get(Flag.CONFIG);
    }

    boolean isOn(Flag flag) {
        return "true".equals(values.get(flag));
    }

    /**
     * The options: the file read anew, the flags over it. Blocks on the disk.
     *
     * @throws ConfigException with the text for the operator, without the program's name
     */
    public ConfigFile.Loaded load() throws ConfigException {
        String file = configFile();
        ConfigFile.Loaded loaded =
                file == null
                        ? new ConfigFile.Loaded(Options.defaults(), List.of())
                        : ConfigFile.load(
                                file,
                                environment,
                                JetStreamOptions.DEFAULTS.withStoreDir(storeDir()));
        return new ConfigFile.Loaded(over(loaded.options()), loaded.warnings());
    }

    /**
     * The options anew for a server that runs. Blocks on the disk.
     *
     * @throws ConfigException as {@link #load}, and when there is no file to read anew
     */
    public ConfigFile.Loaded reload() throws ConfigException {
        if (configFile() == null) {
            throw new ConfigException(
                    "can only reload config when a file is provided using -c or --config");
        }
        return load();
    }

    /** The same options with these flags over them. */
    Options over(Options options) throws ConfigException {
        refuseWhatIsNotBuilt();
        OptionsBuilder builder = options.toBuilder();
        builder.host = text(Flag.HOST, builder.host);
        builder.port = number(Flag.PORT, builder.port);
        builder.serverName = textOrNull(Flag.SERVER_NAME, builder.serverName);
        builder.clientAdvertise = textOrNull(Flag.CLIENT_ADVERTISE, builder.clientAdvertise);
        builder.pidFile = textOrNull(Flag.PID_FILE, builder.pidFile);
        builder.portsFileDir = textOrNull(Flag.PORTS_FILE_DIR, builder.portsFileDir);
        MonitorOptions monitor = builder.monitor;
        builder.monitor =
                new MonitorOptions(
                        monitor.host().equals(options.host()) ? builder.host : monitor.host(),
                        number(Flag.HTTP_PORT, monitor.httpPort()),
                        number(Flag.HTTPS_PORT, monitor.httpsPort()),
                        monitor.basePath(),
                        number(Flag.PROFILE, monitor.profilePort()),
                        monitor.profileBlockRate());
        builder.log = log(builder.log);
        builder.auth = auth(builder.auth);
        builder.tls = tls(builder.tls);
        if (values.containsKey(Flag.STORE_DIR)) {
            builder.jetstream = builder.jetstream.withStoreDir(storeDir());
        }
        if (values.containsKey(Flag.JETSTREAM)) {
            builder.jetstream = builder.jetstream.withEnabled(isOn(Flag.JETSTREAM));
        }
        return builder.build();
    }

    /** Null for none; an empty one asks for the default place, whatever the file says. */
    private @Nullable String storeDir() {
        return textOrNull(Flag.STORE_DIR, null);
    }

    private void refuseWhatIsNotBuilt() throws ConfigException {
        if (values.containsKey(Flag.ROUTES)
                && !values.containsKey(Flag.CLUSTER)
                && !values.containsKey(Flag.CLUSTER_LISTEN)) {
            throw new ConfigException(
                    "solicited routes require cluster capabilities, e.g. --cluster");
        }
        List<Flag> keyed =
                values.keySet().stream().filter(flag -> !keyBehind(flag).isEmpty()).toList();
        if (keyed.isEmpty()) {
            return;
        }
        KeyTable keys = KeyTable.load();
        for (Flag flag : keyed) {
            Key key = keys.find("", keyBehind(flag));
            if (key != null && !key.supported() && !"false".equals(values.get(flag))) {
                throw new ConfigException(
                        "flag -" + flag.names().getFirst() + " is not supported yet");
            }
        }
    }

    /** The key of the table whose support decides on the flag's; empty for none. */
    private static String keyBehind(Flag flag) {
        return switch (flag) {
            case JETSTREAM -> "jetstream";
            case STORE_DIR -> "store_dir";
            case ROUTES,
                    CLUSTER,
                    CLUSTER_NAME,
                    NO_ADVERTISE,
                    CLUSTER_ADVERTISE,
                    CONNECT_RETRIES,
                    CLUSTER_LISTEN ->
                    "cluster";
            default -> "";
        };
    }

    private LogOptions log(LogOptions from) {
        boolean both = isOn(Flag.DEBUG_TRACE) || isOn(Flag.DEBUG_TRACE_VERBOSE);
        boolean verbose = isOn(Flag.TRACE_VERBOSE) || isOn(Flag.DEBUG_TRACE_VERBOSE);
        return new LogOptions(
                both || on(Flag.DEBUG, from.debug()),
                both || verbose || on(Flag.TRACE, from.trace()),
                verbose || from.traceVerbose(),
                from.traceHeaders(),
                on(Flag.LOGTIME, from.logtime()),
                on(Flag.LOGTIME_UTC, from.logtimeUtc()),
                textOrNull(Flag.LOG_FILE, from.file()),
                number(Flag.LOG_SIZE_LIMIT, from.sizeLimitBytes()),
                from.maxNum(),
                on(Flag.SYSLOG, from.syslog()),
                textOrNull(Flag.REMOTE_SYSLOG, from.remoteSyslog()),
                number(Flag.MAX_TRACED_MSG_LEN, from.maxTracedMsgLen()));
    }

    private AuthOptions auth(AuthOptions from) {
        boolean said =
                values.containsKey(Flag.USER)
                        || values.containsKey(Flag.PASSWORD)
                        || values.containsKey(Flag.TOKEN);
        if (!said) {
            return from;
        }
        return new AuthOptions(
                textOrNull(Flag.USER, from.user()),
                textOrNull(Flag.PASSWORD, from.password()),
                textOrNull(Flag.TOKEN, from.token()),
                from.timeoutNanos(),
                from.users(),
                from.defaultPermissions(),
                from.noAuthUser(),
                true);
    }

    private @Nullable TlsOptions tls(@Nullable TlsOptions from) throws ConfigException {
        if (!asksForTls()) {
            return from;
        }
        TlsOptions base = from == null ? TlsOptions.DEFAULTS : from;
        String certFile = textOrNull(Flag.TLS_CERT, base.certFile());
        String keyFile = textOrNull(Flag.TLS_KEY, base.keyFile());
        if (certFile == null) {
            throw new ConfigException("TLS Server certificate must be present and valid");
        } else if (keyFile == null) {
            throw new ConfigException("TLS Server private key must be present and valid");
        }
        return new TlsOptions(
                certFile,
                keyFile,
                textOrNull(Flag.TLS_CA, base.caFile()),
                List.of(),
                isOn(Flag.TLS_VERIFY) || base.verify(),
                base.verifyAndMap(),
                base.cipherSuites(),
                base.curvePreferences(),
                base.minVersion(),
                base.timeoutNanos(),
                base.connectionRateLimit(),
                base.pinnedCerts(),
                base.handshakeFirst(),
                base.insecure());
    }

    /** A certificate, key or authority asks for TLS as well, unless it is refused outright. */
    private boolean asksForTls() {
        boolean named =
                values.containsKey(Flag.TLS_CERT)
                        || values.containsKey(Flag.TLS_KEY)
                        || values.containsKey(Flag.TLS_CA);
        return isOn(Flag.TLS) || isOn(Flag.TLS_VERIFY) || (named && on(Flag.TLS, true));
    }

    private boolean on(Flag flag, boolean otherwise) {
        String value = values.get(flag);
        return value == null ? otherwise : value.equals("true");
    }

    private String text(Flag flag, String otherwise) {
        return values.getOrDefault(flag, otherwise);
    }

    private @Nullable String textOrNull(Flag flag, @Nullable String otherwise) {
        String value = values.get(flag);
        return value == null || value.isEmpty() ? otherwise : value;
    }

    private long number(Flag flag, long otherwise) {
        String value = values.get(flag);
        return value == null ? otherwise : Long.parseLong(value);
    }

    private int number(Flag flag, int otherwise) {
        return Math.clamp(number(flag, (long) otherwise), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }
}
