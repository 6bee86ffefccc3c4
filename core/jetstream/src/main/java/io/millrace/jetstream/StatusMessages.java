package io.millrace.jetstream;

import java.nio.charset.StandardCharsets;

/** Messages that hold nothing but a status in their headers. Loop only, outside a delivery. */
final class StatusMessages {
    private static final byte[] NONE = new byte[0];

    private final JetStreamAccount account;

    StatusMessages(JetStreamAccount account) {
        this.account = account;
    }

    /**
     * Sends a status.
     *
     * @param lines code and text, and the headers behind them, without the closing line ends
     */
    void send(byte[] subject, String lines) {
        byte[] headers = ("NATS/1.0 " + lines + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
        account.send(subject, 0, subject.length, headers, 0, headers.length, NONE, 0, 0);
    }
}
