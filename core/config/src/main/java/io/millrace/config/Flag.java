package io.millrace.config;

import java.util.List;

/** The command-line flags by all their names, and what kind of value each takes. */
enum Flag {
    HOST(Kind.TEXT, "a", "addr", "net"),
    PORT(Kind.NUMBER, "p", "port"),
    SERVER_NAME(Kind.TEXT, "n", "name", "server_name"),
    PID_FILE(Kind.TEXT, "P", "pid"),
    HTTP_PORT(Kind.NUMBER, "m", "http_port"),
    HTTPS_PORT(Kind.NUMBER, "ms", "https_port"),
    CONFIG(Kind.TEXT, "c", "config"),
    TEST(Kind.SWITCH, "t"),
    SIGNAL(Kind.TEXT, "sl", "signal"),
    CLIENT_ADVERTISE(Kind.TEXT, "client_advertise"),
    PORTS_FILE_DIR(Kind.TEXT, "ports_file_dir"),
    LOG_FILE(Kind.TEXT, "l", "log"),
    LOGTIME(Kind.SWITCH, "T", "logtime"),
    LOGTIME_UTC(Kind.SWITCH, "logtime_utc"),
    SYSLOG(Kind.SWITCH, "s", "syslog"),
    REMOTE_SYSLOG(Kind.TEXT, "r", "remote_syslog"),
    DEBUG(Kind.SWITCH, "D", "debug"),
    TRACE(Kind.SWITCH, "V", "trace"),
    TRACE_VERBOSE(Kind.SWITCH, "VV"),
    DEBUG_TRACE(Kind.SWITCH, "DV"),
    DEBUG_TRACE_VERBOSE(Kind.SWITCH, "DVV"),
    LOG_SIZE_LIMIT(Kind.NUMBER, "log_size_limit"),
    MAX_TRACED_MSG_LEN(Kind.NUMBER, "max_traced_msg_len"),
    JETSTREAM(Kind.SWITCH, "js", "jetstream"),
    STORE_DIR(Kind.TEXT, "sd", "store_dir"),
    USER(Kind.TEXT, "user"),
    PASSWORD(Kind.TEXT, "pass"),
    TOKEN(Kind.TEXT, "auth"),
    TLS(Kind.SWITCH, "tls"),
    TLS_CERT(Kind.TEXT, "tlscert"),
    TLS_KEY(Kind.TEXT, "tlskey"),
    TLS_VERIFY(Kind.SWITCH, "tlsverify"),
    TLS_CA(Kind.TEXT, "tlscacert"),
    ROUTES(Kind.TEXT, "routes"),
    CLUSTER(Kind.TEXT, "cluster"),
    CLUSTER_NAME(Kind.TEXT, "cluster_name"),
    NO_ADVERTISE(Kind.SWITCH, "no_advertise"),
    CLUSTER_ADVERTISE(Kind.TEXT, "cluster_advertise"),
    CONNECT_RETRIES(Kind.NUMBER, "connect_retries"),
    CLUSTER_LISTEN(Kind.TEXT, "cluster_listen"),
    PROFILE(Kind.NUMBER, "profile"),
    HELP(Kind.SWITCH, "h", "help"),
    VERSION(Kind.SWITCH, "v", "version"),
    HELP_TLS(Kind.SWITCH, "help_tls");

    /** What stands behind a flag: nothing or "=true", a whole number, any text. */
    enum Kind {
        SWITCH,
        NUMBER,
        TEXT
    }

    private final Kind kind;
    private final String names;

    Flag(Kind kind, String... names) {
        this.kind = kind;
        this.names = String.join(" ", names);
    }

    Kind kind() {
        return kind;
    }

    List<String> names() {
        return List.of(names.split(" "));
    }
}
