package io.millrace.broker;

import io.millrace.net.Transport;
import io.millrace.net.TransportHandler;
import io.millrace.net.tls.TlsHandler;
import io.millrace.net.tls.TlsTransport;
import io.millrace.runtime.Timer;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How a connection begins on a port with TLS: who speaks first, and which layer the stream belongs
 * to from then on. Owned by the broker's loop.
 */
/* INFO, then the handshake, is the customary order. Where the handshake may come first, or may not
 * come at all, the first byte decides: a handshake begins with one that no operation begins with. */
final class TlsStart implements TransportHandler {
    private static final byte[] NOTHING = {};

    private final Server server;
    private final ClientConnection connection;
    private final Transport below;
    private final ClientTls tls;
    private @Nullable TransportHandler layer;
    private @Nullable Timer timer;
    private boolean saidInfo;

    TlsStart(Server server, ClientConnection connection, Transport below, ClientTls tls) {
        this.server = server;
        this.connection = connection;
        this.below = below;
        this.tls = tls;
    }

    void begin() {
        if (!tls.isFirst()) {
            sayInfo();
            if (!tls.isOptional()) {
                startHandshake(NOTHING);
            }
        } else if (tls.fallbackNanos() > 0) {
            schedule(tls.fallbackNanos(), this::fallBack);
        } else {
            startHandshake(NOTHING);
        }
    }

    private void sayInfo() {
        saidInfo = true;
        connection.session().begin();
        connection.flushNow();
    }

    /** The client did not begin: it waits for INFO. */
    private void fallBack() {
        sayInfo();
        if (!tls.isOptional()) {
            startHandshake(NOTHING);
        }
    }

    private void schedule(long nanos, Runnable then) {
        Timer next =
                new Timer() {
                    @Override
                    protected void fire() {
                        if (!connection.isClosed()) {
                            then.run();
                        }
                    }
                };
        cancelTimer();
        timer = next;
        server.loop().timers().schedule(next, nanos);
    }

    private void cancelTimer() {
        if (timer != null) {
            server.loop().timers().cancel(timer);
            timer = null;
        }
    }

    private TransportHandler startHandshake(byte[] arrived) {
        server.log().debug(connection.label() + " - Starting TLS client connection handshake");
        TlsTransport secure =
                TlsTransport.over(below, server.loop(), new Above(), tls.context(), arrived);
        connection.switchTo(secure);
        layer = secure;
        schedule(tls.timeoutNanos(), () -> failed("timeout"));
        return secure;
    }

    private void failed(String reason) {
        cancelTimer();
        server.log().error(connection.label() + " - TLS handshake error: " + reason);
        connection.close(ClosedReason.TLS_HANDSHAKE_ERROR);
    }

    @Override
    public void readable() {
        if (layer != null) {
            layer.readable();
        } else if (!connection.isClosed()) {
            decide();
        }
    }

    /** Looks at the first byte. */
    private void decide() {
        byte[] first = new byte[1];
        try {
            int count = below.receive(first, 0, 1);
            if (count < 0) {
                connection.close(ClosedReason.CLIENT_CLOSED);
            }
            if (count <= 0) {
                return;
            }
        } catch (IOException broken) {
            connection.close(ClosedReason.READ_ERROR);
            return;
        }
        cancelTimer();
        if (TlsTransport.isFirstByte(first[0]) || !tls.isOptional()) {
            startHandshake(first).readable();
            return;
        }
        layer = connection;
        if (!saidInfo) {
            sayInfo();
        }
        connection.take(first);
        connection.readable();
    }

    @Override
    public void writable() {
        if (layer != null) {
            layer.writable();
        } else {
            connection.writable();
        }
    }

    /** What the secure layer tells. */
    private final class Above implements TlsHandler {
        @Override
        public void secured() {
            cancelTimer();
            if (!tls.admits(connection.certificates())) {
                failed("certificate not pinned");
                return;
            }
            server.log().debug(connection.label() + " - TLS handshake complete");
            server.log()
                    .debug(
                            connection.label()
                                    + " - TLS version "
                                    + connection.tlsVersion()
                                    + ", cipher suite "
                                    + connection.tlsCipher());
            if (saidInfo) {
                connection.flushNow();
            } else {
                sayInfo();
            }
        }

        @Override
        public void handshakeFailed(String reason) {
            failed(reason);
        }

        @Override
        public void readable() {
            connection.readable();
        }

        @Override
        public void writable() {
            connection.writable();
        }
    }
}
