package io.millrace.config;

import io.millrace.config.Reload.Subject;
import io.millrace.protocol.GoTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Decides on a reload. Used once, by the thread that reloads. */
final class ReloadRules {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Options old;
    private final Options now;
    private final List<Reload.Change> changes = new ArrayList<>();
    private final JetStreamReloadRules jetStream;
    private @Nullable String refusal;

    ReloadRules(Options old, Options now) {
        this.old = old;
        this.now = now;
        this.jetStream = new JetStreamReloadRules(old.jetstream(), now.jetstream());
    }

    Reload decide() {
        try {
            OptionsCheck.check(now);
        } catch (ConfigException wrong) {
            return new Reload.Refused(wrong.getMessage());
        }
        fixed();
        String why = refusal;
        if (why != null) {
            return new Reload.Refused(why);
        }
        logging();
        access();
        limits();
        files();
        rest();
        jetStream.changes(changes);
        changes.sort((a, b) -> a.subject().compareTo(b.subject()));
        return new Reload.Accepted(changes);
    }

    private void fixed() {
        LimitsOptions was = old.limits();
        LimitsOptions is = now.limits();
        fixed("ServerName", old.serverName(), now.serverName());
        fixed("Host", old.host(), now.host());
        if (old.port() != -1) {
            fixed("Port", old.port(), now.port());
        }
        fixed("MaxSubs", was.maxSubscriptions(), is.maxSubscriptions());
        fixed("MaxSubTokens", was.maxSubTokens(), is.maxSubTokens());
        fixed("NoHeaderSupport", old.noHeaderSupport(), now.noHeaderSupport());
        fixed("NoSublistCache", old.noSublistCache(), now.noSublistCache());
        noAuthUser();
        fixed("SystemAccount", systemAccount(old), systemAccount(now));
        fixed("NoSystemAccount", old.noSystemAccount(), now.noSystemAccount());
        fixed("HTTPHost", old.monitor().host(), now.monitor().host());
        fixed("ProfPort", old.monitor().profilePort(), now.monitor().profilePort());
        fixed("HTTPPort", old.monitor().httpPort(), now.monitor().httpPort());
        fixed("HTTPBasePath", basePath(old), basePath(now));
        fixed("HTTPSPort", old.monitor().httpsPort(), now.monitor().httpsPort());
        fixed("MaxPending", was.maxPending(), is.maxPending());
        jetStream.fixed(this::fixed, this::refuse);
        fixed("LogSizeLimit", old.log().sizeLimitBytes(), now.log().sizeLimitBytes());
        fixed("LogMaxFiles", old.log().maxNum(), now.log().maxNum());
        fixed("AllowNonTLS", old.allowNonTls(), now.allowNonTls());
        fixed("WriteTimeout", old.writeTimeout(), now.writeTimeout());
        fixed("MaxClosedClients", was.maxClosedClients(), is.maxClosedClients());
        fixed(
                "LameDuckDuration",
                GoTime.duration(old.lameDuckDurationNanos()),
                GoTime.duration(now.lameDuckDurationNanos()));
        fixed(
                "LameDuckGracePeriod",
                GoTime.duration(old.lameDuckGracePeriodNanos()),
                GoTime.duration(now.lameDuckGracePeriodNanos()));
        fixed("FeatureFlags", flags(old), flags(now));
        if (!WebSocketReload.isSame(old.webSocket(), now.webSocket())) {
            refuse(
                    "Websocket: old="
                            + WebSocketReload.shown(old.webSocket())
                            + ", new="
                            + WebSocketReload.shown(now.webSocket()));
        }
    }

    private static String systemAccount(Options options) {
        return options.systemAccount().equals("$SYS") ? "" : options.systemAccount();
    }

    private static String basePath(Options options) {
        String path = options.monitor().basePath();
        return path.equals("/") ? "" : path;
    }

    private static String flags(Options options) {
        Map<String, Boolean> sorted = new TreeMap<>(options.featureFlags());
        return "map"
                + sorted.toString()
                        .replace('{', '[')
                        .replace('}', ']')
                        .replace('=', ':')
                        .replace(",", "");
    }

    /** May only go away, and only when its user goes too. */
    private void noAuthUser() {
        String was = old.auth().noAuthUser();
        String is = now.auth().noAuthUser();
        boolean gone = was != null && is == null && !OptionsCheck.hasUser(now, was);
        if (!gone) {
            fixed("NoAuthUser", was, is);
        }
    }

    private void fixed(String field, @Nullable Object was, @Nullable Object is) {
        if (refusal == null && !Objects.equals(was, is)) {
            refuse(field + ": old=" + (was == null ? "" : was) + ", new=" + (is == null ? "" : is));
        }
    }

    private void refuse(String what) {
        if (refusal == null) {
            refusal = "config reload not supported for " + what;
        }
    }

    private void logging() {
        LogOptions was = old.log();
        LogOptions is = now.log();
        valued(Subject.TRACE, "trace", was.trace(), is.trace());
        valued(Subject.DEBUG, "debug", was.debug(), is.debug());
        valued(Subject.TRACE_VERBOSE, "trace_verbose", was.traceVerbose(), is.traceVerbose());
        valued(Subject.TRACE_HEADERS, "trace_headers", was.traceHeaders(), is.traceHeaders());
        valued(Subject.LOGTIME, "logtime", was.logtime(), is.logtime());
        valued(Subject.LOGTIME_UTC, "logtime_utc", was.logtimeUtc(), is.logtimeUtc());
        valued(Subject.LOG_FILE, "log_file", was.file(), is.file());
        valued(Subject.SYSLOG, "syslog", was.syslog(), is.syslog());
        valued(Subject.REMOTE_SYSLOG, "remote_syslog", was.remoteSyslog(), is.remoteSyslog());
        valued(
                Subject.MAX_TRACED_MSG_LEN,
                "max_traced_msg_len",
                was.maxTracedMsgLen(),
                is.maxTracedMsgLen());
    }

    private void access() {
        changes.add(new Reload.Change(Subject.USERS, "Reloaded: authorization users"));
        changes.add(new Reload.Change(Subject.ACCOUNTS, "Reloaded: accounts"));
        AuthOptions was = old.auth();
        AuthOptions is = now.auth();
        named(Subject.USERNAME, "authorization username", was.user(), is.user());
        named(Subject.PASSWORD, "authorization password", was.password(), is.password());
        named(Subject.TOKEN, "authorization token", was.token(), is.token());
        valued(
                Subject.AUTHORIZATION_TIMEOUT,
                "authorization timeout",
                GoText.number(was.timeoutNanos() / NANOS_PER_SECOND),
                GoText.number(is.timeoutNanos() / NANOS_PER_SECOND));
        valued(Subject.TLS_TIMEOUT, "tls timeout", tlsTimeout(old), tlsTimeout(now));
        if (now.tls() != null) {
            // The files may have changed behind equal names.
            changes.add(new Reload.Change(Subject.TLS, "Reloaded: tls = enabled"));
        } else if (old.tls() != null) {
            changes.add(new Reload.Change(Subject.TLS, "Reloaded: tls = disabled"));
        }
    }

    private static String tlsTimeout(Options options) {
        TlsOptions tls = options.tls();
        long nanos = (tls == null ? TlsOptions.DEFAULTS : tls).timeoutNanos();
        return GoText.number(nanos / NANOS_PER_SECOND);
    }

    private void limits() {
        LimitsOptions was = old.limits();
        LimitsOptions is = now.limits();
        valued(
                Subject.MAX_CONNECTIONS,
                "max_connections",
                was.maxConnections(),
                is.maxConnections());
        valued(
                Subject.MAX_CONTROL_LINE,
                "max_control_line",
                was.maxControlLine(),
                is.maxControlLine());
        valued(Subject.MAX_PAYLOAD, "max_payload", was.maxPayload(), is.maxPayload());
        valued(Subject.PING_MAX, "ping_max", was.pingMax(), is.pingMax());
        valued(
                Subject.PING_INTERVAL,
                "ping_interval",
                GoTime.duration(was.pingIntervalNanos()),
                GoTime.duration(is.pingIntervalNanos()));
        valued(
                Subject.WRITE_DEADLINE,
                "write_deadline",
                GoTime.duration(was.writeDeadlineNanos()),
                GoTime.duration(is.writeDeadlineNanos()));
        if (was.noFastProducerStall() != is.noFastProducerStall()) {
            changes.add(
                    new Reload.Change(
                            Subject.FAST_PRODUCER_STALL,
                            "Reloaded: fast producers will "
                                    + (is.noFastProducerStall() ? "not " : "")
                                    + "be stalled"));
        }
    }

    private void files() {
        valued(Subject.PID_FILE, "pid_file", old.pidFile(), now.pidFile());
        valued(Subject.PORTS_FILE_DIR, "ports_file_dir", old.portsFileDir(), now.portsFileDir());
    }

    private void rest() {
        if (!Objects.equals(old.clientAdvertise(), now.clientAdvertise())) {
            changes.add(
                    new Reload.Change(
                            Subject.CLIENT_ADVERTISE,
                            "Reload: client_advertise = "
                                    + Objects.requireNonNullElse(now.clientAdvertise(), "")));
        }
        valued(
                Subject.PROFILE_BLOCK_RATE,
                "prof_block_rate",
                old.monitor().profileBlockRate(),
                now.monitor().profileBlockRate());
        valued(
                Subject.CONNECT_ERROR_REPORTS,
                "connect_error_reports",
                old.connectErrorReports(),
                now.connectErrorReports());
        valued(
                Subject.RECONNECT_ERROR_REPORTS,
                "reconnect_error_reports",
                old.reconnectErrorReports(),
                now.reconnectErrorReports());
        named(Subject.TAGS, "tags", old.serverTags(), now.serverTags());
        named(Subject.METADATA, "metadata", old.serverMetadata(), now.serverMetadata());
        named(Subject.METRICS, "metrics", old.metrics(), now.metrics());
    }

    /** A change whose new value is logged. */
    private void valued(Subject subject, String name, @Nullable Object was, @Nullable Object is) {
        if (!Objects.equals(was, is)) {
            String value = is == null ? "" : is.toString();
            changes.add(new Reload.Change(subject, "Reloaded: " + name + " = " + value));
        }
    }

    /** A change of which only the name is logged. */
    private void named(Subject subject, String name, @Nullable Object was, @Nullable Object is) {
        if (!Objects.equals(was, is)) {
            changes.add(new Reload.Change(subject, "Reloaded: " + name));
        }
    }
}
