package io.millrace.server;

import java.io.IOException;

/** A syslog daemon: how a line is spelled for it, and the way there. Immutable; any thread. */
sealed interface SyslogTarget permits LocalSyslog, RemoteSyslog {
    /** What programs of their own logs call this one. */
    String TAG = "nats-server";

    /**
     * One line as that daemon wants it.
     *
     * @param severity as in RFC 5424, from 2 for the last words to 7 for what helps to find faults
     */
    byte[] spelled(int severity, String line);

    /**
     * Opens the way there. Blocking.
     *
     * @throws IOException with the text for the operator when nobody takes lines there
     */
    Way open() throws IOException;

    /** An open way. One thread; blocking. */
    interface Way extends AutoCloseable {
        void send(byte[] message) throws IOException;

        @Override
        void close() throws IOException;
    }

    /** A line is one message, whatever it quotes. */
    static String oneLine(String line) {
        return line.replace('\n', ' ').replace('\r', ' ');
    }
}
