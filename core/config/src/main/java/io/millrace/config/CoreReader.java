package io.millrace.config;

import io.millrace.protocol.GoTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads what stands outside of any block into the options. */
final class CoreReader {
    private static final long LAME_DUCK_MIN_NANOS = 30_000_000_000L;
    private static final int SUB_TOKENS_MAX = 255;

    private final Block block;
    private final Findings findings;

    CoreReader(Block block) {
        this.block = block;
        this.findings = block.findings();
    }

    void read(OptionsBuilder into) {
        place(into);
        identity(into);
        into.log = log(into.log);
        into.monitor = monitor(into.monitor, into.host);
        into.limits = limits(into.limits);
        lameDuck(into);
        into.pidFile = textOr("pid_file", into.pidFile);
        into.portsFileDir = textOr("ports_file_dir", into.portsFileDir);
        into.noHeaderSupport = block.flag("no_header_support", into.noHeaderSupport);
        into.noSublistCache = block.flag("disable_sublist_cache", into.noSublistCache);
        into.allowNonTls = block.flag("allow_non_tls", into.allowNonTls);
        into.connectErrorReports = block.number("connect_error_reports", into.connectErrorReports);
        into.reconnectErrorReports =
                block.number("reconnect_error_reports", into.reconnectErrorReports);
        into.writeTimeout = writeTimeout(into.writeTimeout);
        into.featureFlags = featureFlags(into.featureFlags);
        own(into);
    }

    private void place(OptionsBuilder into) {
        into.host = block.text("host", into.host);
        into.port = block.number("port", into.port);
        HostPort listen = hostPort("listen");
        if (listen != null) {
            into.port = listen.port();
            into.host = listen.hostOr(into.host);
        }
        into.clientAdvertise = textOr("client_advertise", into.clientAdvertise);
    }

    private void identity(OptionsBuilder into) {
        String name = textOr("server_name", into.serverName);
        if (name != null && name.indexOf(' ') >= 0) {
            findings.error(at("server_name"), "server name cannot contain spaces");
        }
        into.serverName = name;
        ConfValue system = block.value("system_account");
        if (system instanceof ConfValue.Text text) {
            into.systemAccount = text.value();
        } else if (system != null) {
            findings.error(system.at(), "system account name must be a string");
        }
        into.noSystemAccount = block.flag("no_system_account", into.noSystemAccount);
        into.serverTags = tags(into.serverTags);
        into.serverMetadata = metadata(into.serverMetadata);
    }

    private List<String> tags(List<String> otherwise) {
        ConfValue value = block.value("server_tags");
        if (value == null) {
            return otherwise;
        }
        List<ConfValue> elements =
                value instanceof ConfValue.Array array ? array.elements() : List.of(value);
        List<String> tags = new ArrayList<>();
        for (ConfValue element : elements) {
            if (element instanceof ConfValue.Text text) {
                tags.add(text.value());
            } else {
                findings.error(
                        element.at(), "error parsing tags: unsupported type " + element.typeName());
            }
        }
        return tags;
    }

    private Map<String, String> metadata(Map<String, String> otherwise) {
        ConfValue value = block.value("server_metadata");
        if (value == null) {
            return otherwise;
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        if (!(value instanceof ConfValue.Table table)) {
            findings.error(
                    value.at(), "error parsing metadata: unsupported type " + value.typeName());
            return otherwise;
        }
        table.entries()
                .forEach(
                        (name, member) -> {
                            if (member instanceof ConfValue.Text text) {
                                metadata.put(name, text.value());
                            } else {
                                Block.mismatch(member, "string", findings);
                            }
                        });
        return metadata;
    }

    private Map<String, Boolean> featureFlags(Map<String, Boolean> otherwise) {
        ConfValue value = block.value("feature_flags");
        if (value == null) {
            return otherwise;
        }
        if (!(value instanceof ConfValue.Table table)) {
            findings.error(
                    value.at(),
                    "error parsing feature flags: unsupported type " + value.typeName());
            return otherwise;
        }
        Map<String, Boolean> flags = new LinkedHashMap<>();
        table.entries()
                .forEach(
                        (name, member) -> {
                            if (member instanceof ConfValue.Flag flag) {
                                flags.put(name, flag.value());
                            } else {
                                findings.error(
                                        member.at(),
                                        "error parsing feature flag \""
                                                + name
                                                + "\": expected bool, got "
                                                + member.typeName());
                            }
                        });
        return flags;
    }

    private LogOptions log(LogOptions from) {
        boolean verbose = block.flag("trace_verbose", from.traceVerbose());
        boolean headers = block.flag("trace_headers", from.traceHeaders());
        return new LogOptions(
                block.flag("debug", from.debug()),
                block.flag("trace", from.trace()) || verbose || headers,
                verbose,
                headers,
                block.flag("logtime", from.logtime()),
                block.flag("logtime_utc", from.logtimeUtc()),
                textOr("log_file", from.file()),
                block.whole("log_size_limit", from.sizeLimitBytes()),
                block.number("log_max_num", from.maxNum()),
                block.flag("syslog", from.syslog()),
                textOr("remote_syslog", from.remoteSyslog()),
                block.number("max_traced_msg_len", from.maxTracedMsgLen()));
    }

    /** The pages are served where the clients come in, unless it is said otherwise. */
    private MonitorOptions monitor(MonitorOptions from, String clientHost) {
        String host = clientHost;
        int httpPort = block.number("http_port", from.httpPort());
        int httpsPort = block.number("https_port", from.httpsPort());
        HostPort http = hostPort("http");
        HostPort https = hostPort("https");
        if (http != null) {
            httpPort = http.port();
            host = http.hostOr(host);
        }
        if (https != null) {
            httpsPort = https.port();
            host = https.hostOr(host);
        }
        return new MonitorOptions(
                host,
                httpPort,
                httpsPort,
                block.text("http_base_path", from.basePath()),
                block.number("prof_port", from.profilePort()),
                block.number("prof_block_rate", from.profileBlockRate()));
    }

    private LimitsOptions limits(LimitsOptions from) {
        int connections = block.number("max_connections", from.maxConnections());
        if (block.has("max_connections") && connections == 0) {
            connections = -1;
        }
        return new LimitsOptions(
                connections,
                block.number("max_subscriptions", from.maxSubscriptions()),
                subTokens(from.maxSubTokens()),
                bounded("max_control_line", from.maxControlLine()),
                bounded("max_payload", from.maxPayload()),
                block.whole("max_pending", from.maxPending()),
                block.durationOrSeconds("write_deadline", from.writeDeadlineNanos()),
                block.durationOrSeconds("ping_interval", from.pingIntervalNanos()),
                block.number("ping_max", from.pingMax()),
                block.number("max_closed_clients", from.maxClosedClients()),
                block.flag("no_fast_producer_stall", from.noFastProducerStall()));
    }

    private int bounded(String name, int otherwise) {
        long value = block.whole(name, otherwise);
        if (value > Integer.MAX_VALUE) {
            findings.error(at(name), name + " value is too big");
        }
        return Math.clamp(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private int subTokens(int otherwise) {
        if (!(block.value("max_sub_tokens") instanceof ConfValue.Whole whole)) {
            return block.number("max_sub_tokens", otherwise);
        }
        if (whole.value() > SUB_TOKENS_MAX) {
            findings.error(whole.at(), "max_sub_tokens value is too big");
        } else if (whole.value() <= 0) {
            findings.error(whole.at(), "max_sub_tokens value can not be negative");
        }
        return Math.clamp(whole.value(), 0, SUB_TOKENS_MAX);
    }

    private void lameDuck(OptionsBuilder into) {
        long duration = block.duration("lame_duck_duration", into.lameDuckDurationNanos);
        if (duration < LAME_DUCK_MIN_NANOS) {
            findings.error(
                    at("lame_duck_duration"),
                    "invalid lame_duck_duration of "
                            + GoTime.duration(duration)
                            + ", minimum is 30 seconds");
        }
        into.lameDuckDurationNanos = duration;
        long grace = block.duration("lame_duck_grace_period", into.lameDuckGracePeriodNanos);
        if (grace < 0) {
            findings.error(
                    at("lame_duck_grace_period"),
                    "invalid lame_duck_grace_period, needs to be positive");
        }
        into.lameDuckGracePeriodNanos = grace;
    }

    private String writeTimeout(String otherwise) {
        String written = block.text("write_timeout", otherwise).toLowerCase(Locale.ROOT);
        if (!List.of("", "default", "close", "retry").contains(written)) {
            findings.error(
                    at("write_timeout"), "write_timeout must be 'default', 'close' or 'retry'");
        }
        return written.equals("default") ? "" : written;
    }

    private void own(OptionsBuilder into) {
        ConfValue.Table table = block.table("millrace");
        if (table == null) {
            return;
        }
        Block own = new Block(table, "millrace", block.sources());
        into.memoryBytes = own.whole("memory", into.memoryBytes);
        ConfValue.Table metrics = own.table("metrics");
        if (metrics != null) {
            Block block = new Block(metrics, "millrace.metrics", own.sources());
            into.metrics = new MetricsReader(block).read(into.metrics);
        }
    }

    private @Nullable HostPort hostPort(String name) {
        return HostPort.read(block.value(name), text(name));
    }

    /** What to do with an error of the key {@code name}. */
    private Consumer<String> text(String name) {
        return text -> findings.error(at(name), text);
    }

    private @Nullable String textOr(String name, @Nullable String otherwise) {
        String text = block.text(name, otherwise == null ? "" : otherwise);
        return text.isEmpty() ? null : text;
    }

    private Position at(String name) {
        ConfValue value = block.value(name);
        return value == null ? block.at() : value.at();
    }
}
