package io.millrace.broker;

import io.millrace.protocol.Publication;
import io.millrace.runtime.Log;
import java.nio.charset.StandardCharsets;

/** The protocol in the log (-V), both directions. Owned by the loop. */
final class ProtocolTrace {
    private final Log log;
    private final int payloadMax;

    /**
     * @param payloadMax bytes of a payload that are shown; 0 for all
     */
    ProtocolTrace(Log log, int payloadMax) {
        this.log = log;
        this.payloadMax = payloadMax;
    }

    void in(ClientConnection connection, String operation) {
        if (log.isTrace()) {
            log.trace(connection.label() + " - <<- [" + operation + "]");
        }
    }

    void out(ClientConnection connection, String operation) {
        if (log.isTrace()) {
            log.trace(connection.label() + " - ->> [" + operation + "]");
        }
    }

    void ended(ClientConnection connection, Subscription subscription) {
        if (log.isTrace()) {
            log.trace(connection.label() + " - <-> [DELSUB " + subscription.sid() + "]");
        }
    }

    void inMessage(ClientConnection connection, Publication p) {
        in(connection, (p.hasHeaders ? "HPUB " : "PUB ") + subject(p) + " " + arguments(p));
        log.trace(connection.label() + " - <<- " + payload(p));
    }

    void outMessage(ClientConnection connection, Subscription subscription, Publication p) {
        out(
                connection,
                (p.hasHeaders ? "HMSG " : "MSG ")
                        + subject(p)
                        + " "
                        + subscription.sid()
                        + " "
                        + arguments(p));
        log.trace(connection.label() + " - ->> " + payload(p));
    }

    private static String subject(Publication p) {
        return new String(
                p.subjectBuffer, p.subjectOffset, p.subjectLength, StandardCharsets.UTF_8);
    }

    private static String arguments(Publication p) {
        String reply =
                p.replyLength == 0
                        ? ""
                        : new String(p.buffer, p.replyOffset, p.replyLength, StandardCharsets.UTF_8)
                                + " ";
        return reply + (p.hasHeaders ? p.headerLength + " " : "") + p.messageLength;
    }

    private String payload(Publication p) {
        boolean cut = payloadMax > 0 && p.messageLength > payloadMax;
        String text =
                new String(
                        p.buffer,
                        p.messageOffset,
                        cut ? payloadMax : p.messageLength,
                        StandardCharsets.UTF_8);
        return "MSG_PAYLOAD: [\"" + Redaction.printable(text) + (cut ? "...\"]" : "\"]");
    }
}
