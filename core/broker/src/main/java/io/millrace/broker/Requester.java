package io.millrace.broker;

import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import io.millrace.protocol.Publication;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Who asks a service of another account, as far as the service may know. Immutable.
 *
 * @param client null for a part of this server
 * @param service the account through which the request came; "" when it came directly
 * @param isShared whether everything may be known
 */
record Requester(
        @Nullable ConnectionInfo client,
        String account,
        String service,
        boolean isShared,
        String serverName) {
    private static final String NAME = "Nats-Request-Info";
    private static final String TRACE = "Nats-Trace-Dest";

    /** The same when it comes into a third account by way of {@code through}. */
    Requester via(String through) {
        return new Requester(client, account, through, isShared, serverName);
    }

    /** The header block of a request with this in it, whatever it has said of itself. */
    byte[] headers(Publication p, boolean hideTrace) {
        StringBuilder block = new StringBuilder("NATS/1.0\r\n");
        boolean traced = false;
        if (p.hasHeaders) {
            String written =
                    new String(p.buffer, p.messageOffset, p.headerLength, StandardCharsets.UTF_8);
            block.setLength(0);
            for (String line : written.split("\r\n", -1)) {
                boolean trace = hideTrace && isNamed(line, TRACE);
                traced |= trace;
                if (!line.isEmpty() && !trace && !isNamed(line, NAME)) {
                    block.append(line).append("\r\n");
                }
            }
        }
        block.append(NAME).append(": ").append(json()).append("\r\n");
        if (traced) {
            block.append(TRACE).append(": trace disabled\r\n");
        }
        return block.append("\r\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isNamed(String line, String name) {
        return line.length() > name.length()
                && line.charAt(name.length()) == ':'
                && line.regionMatches(true, 0, name, 0, name.length());
    }

    private String json() {
        JsonPage page = JsonPage.compact().object(null);
        write(page);
        return page.endObject().toString();
    }

    /** Writes the fields. */
    void write(JsonPage page) {
        ConnectionInfo info = client;
        if (info != null && isShared) {
            page.text("start", GoTime.rfc3339(info.startEpochNanos()))
                    .text("host", info.host())
                    .number("id", info.id());
        }
        page.text("acc", account).textUnlessEmpty("svc", service);
        if (info == null) {
            return;
        }
        if (isShared) {
            page.textUnlessEmpty("user", info.userName())
                    .textUnlessEmpty("name", info.options().name())
                    .textUnlessEmpty("lang", info.options().lang())
                    .textUnlessEmpty("ver", info.options().version());
        }
        if (info.roundTripNanos() > 0) {
            page.number("rtt", info.roundTripNanos());
        }
        if (isShared) {
            page.textUnlessEmpty("server", serverName)
                    .text("kind", "Client")
                    .text("client_type", info.type());
        }
    }
}
