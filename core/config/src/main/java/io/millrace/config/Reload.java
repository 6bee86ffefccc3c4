package io.millrace.config;

import java.util.List;

/** What a changed configuration means for a running server: all of it is taken over or none. */
public sealed interface Reload {

    /**
     * Every change may be applied, in this order; each is logged with its text when it is done.
     *
     * @param changes never empty: users and accounts are always looked at anew
     */
    record Accepted(List<Change> changes) implements Reload {
        public Accepted {
            changes = List.copyOf(changes);
        }
    }

    /**
     * The running configuration stays.
     *
     * @param why for the log, behind "Failed to reload server configuration: "
     */
    record Refused(String why) implements Reload {}

    /**
     * One option with a new value, which the new options hold.
     *
     * @param logText like "Reloaded: debug = true"
     */
    record Change(Subject subject, String logText) {}

    /** What can change under a running server, in the order in which it is applied. */
    enum Subject {
        CLIENT_ADVERTISE,
        TRACE,
        DEBUG,
        TRACE_VERBOSE,
        TRACE_HEADERS,
        LOGTIME,
        LOGTIME_UTC,
        MAX_CONNECTIONS,
        USERS,
        ACCOUNTS,
        USERNAME,
        PASSWORD,
        TOKEN,
        PING_INTERVAL,
        PING_MAX,
        AUTHORIZATION_TIMEOUT,
        MAX_CONTROL_LINE,
        MAX_PAYLOAD,
        FAST_PRODUCER_STALL,
        JETSTREAM,
        JETSTREAM_MAX_MEMORY,
        JETSTREAM_MAX_STORE,
        JETSTREAM_LIMITS,
        PID_FILE,
        PORTS_FILE_DIR,
        LOG_FILE,
        SYSLOG,
        REMOTE_SYSLOG,
        TLS_TIMEOUT,
        TLS,
        WRITE_DEADLINE,
        MAX_TRACED_MSG_LEN,
        PROFILE_BLOCK_RATE,
        CONNECT_ERROR_REPORTS,
        RECONNECT_ERROR_REPORTS,
        TAGS,
        METADATA,
        METRICS
    }

    /** Compares the options of the running server with those of the changed file. */
    static Reload between(Options old, Options now) {
        return new ReloadRules(old, now).decide();
    }
}
