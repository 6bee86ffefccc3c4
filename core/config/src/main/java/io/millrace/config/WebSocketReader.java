package io.millrace.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the websocket block. Confined to the thread that reads. */
final class WebSocketReader {
    private static final String ANY_HOST = "0.0.0.0";
    private static final long SECOND = 1_000_000_000L;

    private final Block.Sources sources;
    private final Findings findings;

    WebSocketReader(Block.Sources sources) {
        this.sources = sources;
        this.findings = sources.findings();
    }

    WebSocketOptions read(@Nullable ConfValue value) {
        if (value == null) {
            return WebSocketOptions.NONE;
        } else if (!(value instanceof ConfValue.Table table)) {
            findings.error(value.at(), "Expected websocket to be a map, got " + value.typeName());
            return WebSocketOptions.NONE;
        } else {
            return block(new Block(table, "websocket", sources));
        }
    }

    private WebSocketOptions block(Block block) {
        String host = block.text("host", "");
        int port = block.number("port", 0);
        ConfValue written = block.value("listen");
        HostPort listen = HostPort.read(written, text -> findings.error(at(written), text));
        if (listen != null) {
            port = listen.port();
            host = listen.hostOr(host);
        }
        if (port != 0 && host.isEmpty()) {
            host = ANY_HOST;
        }
        ConfValue.Table own = block.table("authorization");
        Block login = own == null ? null : new Block(own, "websocket.authorization", sources);
        return new WebSocketOptions(
                host,
                port,
                block.textOrNull("advertise"),
                new TlsReader(sources).read(block.table("tls")),
                block.flag("no_tls", false),
                block.flag("same_origin", false),
                origins(block.value("allowed_origins")),
                block.flag("compression", false),
                handshakeTimeout(block.value("handshake_timeout")),
                block.durationOrSeconds("ping_interval", 0),
                headers(block.value("headers")),
                new WebSocketOptions.Cookies(
                        block.textOrNull("user_cookie"),
                        block.textOrNull("pass_cookie"),
                        block.textOrNull("token_cookie")),
                block.textOrNull("no_auth_user"),
                login == null ? null : login.textOrNull("user"),
                login == null ? null : login.textOrNull("password"),
                login == null ? null : login.textOrNull("token"),
                login == null ? 0 : loginTimeout(login.value("timeout")));
    }

    private static Position at(@Nullable ConfValue value) {
        if (value == null) {
            throw new IllegalStateException("an error in what is not there");
        }
        return value.at();
    }

    private List<String> origins(@Nullable ConfValue value) {
        List<String> origins = new ArrayList<>();
        String wrong = "error parsing allowed origins: unsupported type ";
        if (value == null) {
            return origins;
        }
        switch (value) {
            case ConfValue.Text text -> origins.add(text.value());
            case ConfValue.Array array -> {
                for (ConfValue element : array.elements()) {
                    if (element instanceof ConfValue.Text text) {
                        origins.add(text.value());
                    } else {
                        findings.error(element.at(), wrong + "in array " + element.typeName());
                    }
                }
            }
            default -> findings.error(value.at(), wrong + value.typeName());
        }
        return origins;
    }

    private long handshakeTimeout(@Nullable ConfValue value) {
        if (value == null) {
            return 0;
        }
        return switch (value) {
            case ConfValue.Whole whole ->
                    Math.clamp(whole.value(), 0, Long.MAX_VALUE / SECOND) * SECOND;
            case ConfValue.Text text -> {
                try {
                    yield Durations.parse(text.value());
                } catch (ConfigException wrong) {
                    findings.error(value.at(), wrong.getMessage());
                    yield 0;
                }
            }
            default -> {
                findings.error(
                        value.at(),
                        "error parsing handshake timeout: unsupported type " + value.typeName());
                yield 0;
            }
        };
    }

    /** What is none is not looked at: nats-server has it so. */
    private static long loginTimeout(@Nullable ConfValue value) {
        if (value == null) {
            return 0;
        }
        return switch (value) {
            case ConfValue.Whole whole ->
                    Math.clamp(whole.value(), 0, Long.MAX_VALUE / SECOND) * SECOND;
            case ConfValue.Real real -> (long) (Math.max(0, real.value()) * SECOND);
            case ConfValue.Text text -> {
                try {
                    yield Durations.parse(text.value());
                } catch (ConfigException wrong) {
                    yield 0;
                }
            }
            default -> 0;
        };
    }

    private Map<String, String> headers(@Nullable ConfValue value) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (value instanceof ConfValue.Table table) {
            for (Map.Entry<String, ConfValue> entry : table.entries().entrySet()) {
                if (entry.getValue() instanceof ConfValue.Text text) {
                    headers.put(entry.getKey(), text.value());
                } else {
                    findings.error(
                            entry.getValue().at(),
                            "error parsing header key "
                                    + entry.getKey()
                                    + ": unsupported type "
                                    + entry.getValue().typeName());
                }
            }
        } else if (value != null) {
            findings.error(
                    value.at(), "error parsing headers: unsupported type " + value.typeName());
        }
        return headers;
    }
}
