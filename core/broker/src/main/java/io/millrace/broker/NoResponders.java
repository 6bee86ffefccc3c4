package io.millrace.broker;

import io.millrace.protocol.Publication;
import java.nio.charset.StandardCharsets;

/** Tells a requester that nobody listens. Stateless; loop only. */
final class NoResponders {
    private NoResponders() {}

    /** When it waits for the reply itself. */
    static void tell(Publication p, Account account, ClientConnection to) {
        MatchResult match = new MatchResult();
        account.interest().match(p.buffer, p.replyOffset, p.replyLength, match);
        for (int i = 0; i < match.plainCount(); i++) {
            Subscription waiting = match.plain(i);
            if (waiting.subscriber == to.session()) {
                String reply =
                        new String(p.buffer, p.replyOffset, p.replyLength, StandardCharsets.UTF_8);
                byte[] status =
                        ("NATS/1.0 503\r\nNats-Subject: " + MessageTrace.subjectOf(p) + "\r\n\r\n")
                                .getBytes(StandardCharsets.UTF_8);
                to.send(
                        "HMSG "
                                + reply
                                + " "
                                + waiting.sid()
                                + " "
                                + status.length
                                + " "
                                + status.length
                                + "\r\n");
                to.send(status);
                to.send("\r\n");
                return;
            }
        }
    }
}
