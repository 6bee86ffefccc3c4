package io.millrace.broker;

import io.millrace.net.Transport;
import io.millrace.net.TransportHandler;
import io.millrace.net.tls.TlsTransport;
import io.millrace.net.ws.WebSocketException;
import io.millrace.net.ws.WebSocketTransport;
import io.millrace.protocol.ClientParser;
import io.millrace.protocol.GoTime;
import io.millrace.runtime.Timer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One client's byte stream: what has been half read, what has not been sent yet, and when it ends.
 * What the bytes mean is the {@link ClientSession}'s business. Owned by the broker's loop.
 */
final class ClientConnection implements TransportHandler {
    /** After the last word, so much of what the peer still sends is taken off the socket. */
    private static final int DRAIN_BYTES = 1 << 20;

    private static final long STALL_NANOS = 5_000_000;

    private final Server server;
    private final long id;
    private final String host;
    private final int port;
    private final Outbound out;
    private final ClientSession session;
    private final Traffic traffic = new Traffic();
    private final long startEpochNanos;
    private final @Nullable WebSocketEntry webSocket;
    private Transport transport;
    private byte @Nullable [] partial;
    private int partialLength;
    private boolean awaitsFlush;
    private boolean awaitsWritable;
    private boolean paused;
    private boolean closed;
    private long stalls;
    private long lastActivityNanos;
    private long lastActivityEpochNanos;
    private @Nullable Timer writeDeadline;

    ClientConnection(Server server, long id, Transport transport) {
        this(server, id, transport, null);
    }

    /**
     * @param webSocket null for a client that speaks the protocol right over TCP or TLS
     */
    ClientConnection(
            Server server, long id, Transport transport, @Nullable WebSocketEntry webSocket) {
        this.server = server;
        this.id = id;
        this.webSocket = webSocket;
        this.transport = transport;
        this.host = transport.remoteHost();
        this.port = transport.remotePort();
        this.out = new Outbound(server.router().chunks(), transport);
        this.startEpochNanos = server.clock().epochNanos();
        this.lastActivityNanos = server.clock().nanoTime();
        this.lastActivityEpochNanos = startEpochNanos;
        this.session = new ClientSession(server, this);
    }

    @Override
    public void readable() {
        if (closed || paused) {
            return;
        }
        try {
            if (read() < 0) {
                close(ClosedReason.CLIENT_CLOSED);
            }
        } catch (IOException broken) {
            if (webSocket != null && broken instanceof WebSocketException) {
                server.log().error(label() + " - read error: " + broken.getMessage());
            }
            close(ClosedReason.READ_ERROR);
        }
    }

    /** One read, and everything that it completes. */
    private int read() throws IOException {
        byte[] buffer = server.loop().receiveBuffer();
        byte[] kept = partial;
        int from = partialLength;
        if (kept != null) {
            if (kept.length > buffer.length || from >= buffer.length / 2) {
                buffer = kept;
            } else {
                System.arraycopy(kept, 0, buffer, 0, from);
            }
        }
        if (buffer.length - from < transport.leastReceive()) {
            return readAside(buffer, from);
        }
        int count = transport.receive(buffer, from, buffer.length - from);
        if (count <= 0) {
            return count;
        }
        touch();
        parse(buffer, from + count);
        return count;
    }

    /** A read that needs more room than the operation that it completes. */
    private int readAside(byte[] begun, int from) throws IOException {
        byte[] arrived = server.loop().receiveBuffer();
        int count = transport.receive(arrived, 0, arrived.length);
        if (count <= 0) {
            return count;
        }
        byte[] whole = begun;
        if (begun.length < from + count) {
            whole = partials().lend(from + count);
            System.arraycopy(begun, 0, whole, 0, from);
        }
        System.arraycopy(arrived, 0, whole, from, count);
        touch();
        parse(whole, from + count);
        if (whole != begun) {
            partials().giveBack(whole);
        }
        return count;
    }

    /** Handles bytes that were read by somebody else. */
    void take(byte[] bytes) {
        touch();
        parse(bytes, bytes.length);
    }

    private void touch() {
        lastActivityNanos = server.clock().nanoTime();
    }

    /** Handles {@code buffer[0, end)} and keeps what is incomplete. */
    private void parse(byte[] buffer, int end) {
        ClientParser parser = server.parser();
        int consumed = parser.parse(buffer, 0, end, server.limits().maxControlLine(), session);
        if (closed) {
            return;
        }
        int left = end - consumed;
        if (left == 0) {
            keepNothing();
            return;
        }
        keep(buffer, consumed, left, parser.needed());
    }

    private PartialPool partials() {
        return server.router().partials();
    }

    private void keepNothing() {
        byte[] kept = partial;
        partial = null;
        partialLength = 0;
        if (kept != null) {
            partials().giveBack(kept);
        }
    }

    private void keep(byte[] buffer, int offset, int length, int needed) {
        int room = Math.max(needed, length);
        byte[] kept = partial;
        if (kept == null || kept.length < room || kept.length == length) {
            byte[] larger = partials().lend(needed > length ? needed : length * 2);
            System.arraycopy(buffer, offset, larger, 0, length);
            keepNothing();
            partial = larger;
        } else {
            System.arraycopy(buffer, offset, kept, 0, length);
        }
        partialLength = length;
    }

    /** The session can go on with what was read while it could not: after a slow login. */
    void resume() {
        paused = false;
        if (closed) {
            return;
        }
        transport.armReading(true);
        byte[] kept = partial;
        if (kept != null) {
            int length = partialLength;
            parse(kept, length);
        }
    }

    /** Leaves further bytes with the peer until {@link #resume}. */
    void pause() {
        paused = true;
        transport.armReading(false);
    }

    @Override
    public void writable() {
        flushNow();
    }

    /** Appends to what will be sent at the end of this turn. */
    void send(byte[] bytes) {
        out.append(bytes, 0, bytes.length);
        flushSoon();
    }

    void send(String text) {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    Outbound outbound() {
        return out;
    }

    void flushSoon() {
        if (!awaitsFlush) {
            awaitsFlush = true;
            server.router().flushSoon(this);
        }
    }

    void flushAtEndOfTurn() {
        awaitsFlush = false;
        if (!closed && !awaitsWritable) {
            flushNow();
        }
    }

    void flushNow() {
        if (closed) {
            return;
        }
        // not isBlocked(): an append that fills the last chunk flushes and may block by itself
        boolean waited = awaitsWritable;
        boolean progress = out.flush();
        if (out.isFailed()) {
            close(ClosedReason.WRITE_ERROR);
        } else if (out.isBlocked()) {
            if (!waited) {
                awaitsWritable = true;
                transport.armWriting(true);
            }
            if (progress || !waited) {
                startWriteDeadline();
            }
        } else if (waited) {
            awaitsWritable = false;
            transport.armWriting(false);
            if (writeDeadline != null) {
                server.loop().timers().cancel(writeDeadline);
            }
        }
    }

    private void startWriteDeadline() {
        Timer timer = writeDeadline;
        if (timer == null) {
            timer =
                    new Timer() {
                        @Override
                        protected void fire() {
                            writeDeadlinePassed();
                        }
                    };
            writeDeadline = timer;
        }
        server.loop().timers().schedule(timer, server.limits().writeDeadlineNanos());
    }

    private void writeDeadlinePassed() {
        server.log()
                .info(
                        label()
                                + " - Slow Consumer Detected: WriteDeadline of "
                                + GoTime.duration(server.limits().writeDeadlineNanos())
                                + " exceeded with "
                                + out.chunks()
                                + " chunks of "
                                + out.pendingBytes()
                                + " total bytes.");
        close(ClosedReason.SLOW_CONSUMER_WRITE_DEADLINE);
    }

    /** Whether {@code more} bytes may be appended; ends a connection that is too far behind. */
    boolean admitsPending(int more) {
        long maxPending =
                Math.min(server.limits().maxPending(), server.router().chunks().shareBytes());
        if (out.pendingBytes() + more <= maxPending) {
            return true;
        }
        if (!out.isBlocked()) {
            flushNow();
            if (closed) {
                return false;
            }
            if (out.pendingBytes() + more <= maxPending) {
                return true;
            }
        }
        server.log()
                .info(
                        label()
                                + " - Slow Consumer Detected: MaxPending of "
                                + maxPending
                                + " Exceeded");
        close(ClosedReason.SLOW_CONSUMER_PENDING_BYTES);
        return false;
    }

    /** Whether a producer should hold back for this reader: three quarters of max_pending. */
    boolean isFarBehind() {
        long maxPending = server.limits().maxPending();
        return out.isBlocked() && out.pendingBytes() > maxPending / 4 * 3;
    }

    /** Reads nothing more from this producer for a few milliseconds. */
    void stall() {
        if (paused || closed || server.limits().noFastProducerStall()) {
            return;
        }
        stalls++;
        server.statistics().stalledClients++;
        pause();
        server.loop()
                .timers()
                .schedule(
                        new Timer() {
                            @Override
                            protected void fire() {
                                if (!session.awaitsLogin()) {
                                    resume();
                                }
                            }
                        },
                        STALL_NANOS);
    }

    /** Says one last thing and ends the connection. */
    void closeWithError(String error, ClosedReason reason) {
        if (!closed) {
            session.sendError(error);
            close(reason);
        }
    }

    /** Ends the connection; sends what the peer still takes. May be called twice. */
    void close(ClosedReason reason) {
        if (closed) {
            return;
        }
        if (reason != ClosedReason.WRITE_ERROR) {
            out.flush();
        }
        lastActivityEpochNanos = lastActivityEpochNanos();
        closed = true;
        if (writeDeadline != null) {
            server.loop().timers().cancel(writeDeadline);
        }
        ConnectionInfo last = server.disconnected(this, reason);
        boolean counted = session.end(reason);
        server.gone(last, session.account(), counted);
        if (reason != ClosedReason.CLIENT_CLOSED && reason != ClosedReason.READ_ERROR) {
            drain();
        }
        out.discard();
        keepNothing();
        if (webSocket != null && transport instanceof WebSocketTransport framed) {
            reason.sayOver(framed);
        }
        transport.close();
    }

    /** A socket that is closed with unread bytes resets, and the peer may lose our last word. */
    private void drain() {
        byte[] scratch = new byte[Math.max(4096, transport.leastReceive())];
        try {
            for (int taken = 0; taken < DRAIN_BYTES; ) {
                int count = transport.receive(scratch, 0, scratch.length);
                if (count <= 0) {
                    return;
                }
                taken += count;
            }
        } catch (IOException ended) {
            // then there is nothing to save
        }
    }

    /** Goes on over {@code secure}, the same stream below another layer. */
    void switchTo(TlsTransport secure) {
        transport = secure;
        out.switchTo(secure);
    }

    boolean isClosed() {
        return closed;
    }

    boolean isPaused() {
        return paused;
    }

    /** The layer that secures the stream; null without one. */
    private @Nullable TlsTransport tls() {
        if (webSocket != null) {
            return webSocket.tls();
        }
        return transport instanceof TlsTransport secure ? secure : null;
    }

    /** The names in the peer's verified certificate; empty without one. */
    List<String> certificateNames() {
        TlsTransport tls = tls();
        return tls == null ? List.of() : tls.certificateNames();
    }

    /** The peer's verified certificates; empty without any. */
    List<PeerCertificate> certificates() {
        TlsTransport tls = tls();
        return tls == null
                ? List.of()
                : tls.peerCertificates().stream().map(PeerCertificate::of).toList();
    }

    /** Null without TLS. */
    @Nullable String tlsVersion() {
        TlsTransport tls = tls();
        return tls == null ? null : tls.version();
    }

    /** Null without TLS. */
    @Nullable String tlsCipher() {
        TlsTransport tls = tls();
        return tls == null ? null : tls.cipherSuite();
    }

    Transport transport() {
        return transport;
    }

    /** What the request for a WebSocket said; null for a client without one. */
    @Nullable WebSocketEntry webSocket() {
        return webSocket;
    }

    ClientSession session() {
        return session;
    }

    long id() {
        return id;
    }

    String host() {
        return host;
    }

    int port() {
        return port;
    }

    Traffic traffic() {
        return traffic;
    }

    long stalls() {
        return stalls;
    }

    long startEpochNanos() {
        return startEpochNanos;
    }

    /** {@link io.millrace.runtime.Clock#nanoTime()} of the last bytes from the peer. */
    long lastActivityNanos() {
        return lastActivityNanos;
    }

    long lastActivityEpochNanos() {
        return closed
                ? lastActivityEpochNanos
                : server.clock().epochNanos() - (server.clock().nanoTime() - lastActivityNanos);
    }

    /** How log lines name it. */
    String label() {
        String address = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        String place = address + ":" + port;
        return (webSocket == null ? place + " - cid:" : webSocket.label(place) + " - wid:")
                + id
                + session.labelSuffix();
    }
}
