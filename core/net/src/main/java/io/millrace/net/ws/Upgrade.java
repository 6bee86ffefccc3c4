package io.millrace.net.ws;

import io.millrace.net.NetLoop;
import io.millrace.net.Transport;
import io.millrace.net.TransportHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of the HTTP request that turns a connection into a WebSocket. Owned by the loop
 * of the transport below; whoever handles that hands its {@code readable} and {@code writable} to
 * this. The time for it is its caller's business.
 */
public final class Upgrade implements TransportHandler {
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US);
    private static final int KEY_BYTES = 16;
    private static final Map<Integer, String> REASONS =
            Map.of(
                    400, "Bad Request",
                    403, "Forbidden",
                    404, "Not Found",
                    405, "Method Not Allowed");

    private final Transport below;
    private final NetLoop loop;
    private final UpgradeSettings settings;
    private final UpgradeHandler above;
    private final RequestHead head = new RequestHead();
    private @Nullable WebSocketTransport opened;
    private boolean hasEnded;

    public Upgrade(Transport below, NetLoop loop, UpgradeSettings settings, UpgradeHandler above) {
        this.below = below;
        this.loop = loop;
        this.settings = settings;
        this.above = above;
    }

    @Override
    public void readable() {
        WebSocketTransport transport = opened;
        if (transport != null) {
            transport.readable();
        } else if (!hasEnded) {
            try {
                read();
            } catch (RequestHead.Malformed wrong) {
                say(
                        "HTTP/1.1 "
                                + wrong.status
                                + "\r\nContent-Type: text/plain; charset=utf-8\r\n"
                                + "Connection: close\r\n\r\n"
                                + wrong.status);
                end();
            } catch (IOException gone) {
                end();
            }
        }
    }

    @Override
    public void writable() {
        WebSocketTransport transport = opened;
        if (transport != null) {
            transport.writable();
        }
    }

    /** Gives up, as when the time is over. */
    public void end() {
        if (!hasEnded && opened == null) {
            hasEnded = true;
            below.close();
            above.ended();
        }
    }

    private void read() throws IOException, RequestHead.Malformed {
        byte[] buffer = loop.receiveBuffer();
        int count = below.receive(buffer, 0, buffer.length);
        if (count < 0) {
            end();
            return;
        }
        head.add(buffer, count);
        UpgradeRequest request;
        while (opened == null && !hasEnded && (request = head.take()) != null) {
            answer(request);
        }
    }

    private void answer(UpgradeRequest request) {
        UpgradeHandler.Refusal refusal = above.judgePath(request);
        if (refusal == null) {
            refusal = refusal(request);
        }
        if (refusal == null) {
            refusal = above.judge(request);
        }
        if (refusal != null) {
            refuse(request, refusal);
            return;
        }
        if (head.left() > 0) {
            above.refused("client sent data before handshake is complete");
            end();
            return;
        }
        boolean compresses = settings.compression() && request.offersCompression();
        StringBuilder answer =
                new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n")
                        .append("Upgrade: websocket\r\nConnection: Upgrade\r\n")
                        .append("Sec-WebSocket-Accept: ")
                        .append(Frames.ofThread().accept(request.header("sec-websocket-key")))
                        .append("\r\n");
        if (compresses) {
            answer.append(
                    "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover;"
                            + " client_no_context_takeover\r\n");
        }
        new TreeMap<>(settings.headers())
                .forEach(
                        (name, value) ->
                                answer.append(name)
                                        .append(": ")
                                        .append(oneLine(value))
                                        .append("\r\n"));
        WebSocketTransport transport =
                new WebSocketTransport(
                        below, loop, compresses, settings.messageBytesMax(), Browser.of(request));
        opened = transport;
        transport.begin(answer.append("\r\n").toString());
        transport.handle(above.opened(transport, request));
    }

    /** What is configured may not break the answer apart. */
    private static String oneLine(String value) {
        return value.replace('\r', ' ').replace('\n', ' ').strip();
    }

    private static UpgradeHandler.@Nullable Refusal refusal(UpgradeRequest request) {
        if (!request.method().equals("GET")) {
            return new UpgradeHandler.Refusal(405, "request method must be GET");
        } else if (!request.says("upgrade", "websocket")) {
            return bad("invalid value for header 'Upgrade'");
        } else if (!request.says("connection", "upgrade")) {
            return bad("invalid value for header 'Connection'");
        } else if (request.header("sec-websocket-key").isEmpty()) {
            return bad("key missing");
        } else if (!isKey(request.header("sec-websocket-key"))) {
            return bad("invalid websocket key");
        } else if (!request.says("sec-websocket-version", "13")) {
            return bad("invalid version");
        }
        return null;
    }

    private static UpgradeHandler.Refusal bad(String reason) {
        return new UpgradeHandler.Refusal(400, reason);
    }

    private static boolean isKey(String text) {
        try {
            return Base64.getDecoder().decode(text).length == KEY_BYTES;
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    private void refuse(UpgradeRequest request, UpgradeHandler.Refusal refusal) {
        String body = REASONS.getOrDefault(refusal.status(), "Refused") + "\n";
        boolean ends = request.endsConnection();
        String date =
                DATE.format(
                        Instant.ofEpochSecond(loop.clock().epochNanos() / 1_000_000_000L)
                                .atOffset(ZoneOffset.UTC));
        above.refused(refusal.reason());
        boolean taken =
                say(
                        "HTTP/1.1 "
                                + refusal.status()
                                + " "
                                + body.strip()
                                + "\r\nContent-Type: text/plain; charset=utf-8\r\n"
                                + "Sec-Websocket-Version: 13\r\nX-Content-Type-Options: nosniff\r\n"
                                + "Date: "
                                + date
                                + "\r\nContent-Length: "
                                + body.length()
                                + (ends ? "\r\nConnection: close" : "")
                                + "\r\n\r\n"
                                + (request.method().equals("HEAD") ? "" : body));
        if (ends || !taken) {
            end();
        }
    }

    /** Whether the peer took all of it. */
    private boolean say(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        try {
            return below.send(bytes, 0, bytes.length) == bytes.length;
        } catch (IOException gone) {
            return false;
        }
    }
}
