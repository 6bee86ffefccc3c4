package io.millrace.broker;

import io.millrace.net.Transport;
import io.millrace.net.TransportHandler;
import io.millrace.net.tls.TlsHandler;
import io.millrace.net.tls.TlsTransport;
import io.millrace.net.ws.Upgrade;
import io.millrace.net.ws.UpgradeHandler;
import io.millrace.net.ws.UpgradeRequest;
import io.millrace.net.ws.UpgradeSettings;
import io.millrace.net.ws.WebSocketTransport;
import io.millrace.runtime.Timer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a connection to the WebSocket port begins: TLS, then the upgrade; a client it is only
 * afterwards. Owned by the broker's loop.
 */
final class WebSocketStart implements TransportHandler {
    /** Where nothing is configured: nats-server waits for ever then. */
    private static final long TIMEOUT_NANOS_DEFAULT = TimeUnit.SECONDS.toNanos(10);

    private static final byte[] NOTHING = {};

    private final Server server;
    private final WebSocketDoor door;
    private final Transport below;
    private final @Nullable ClientTls tls;
    private final String place;
    private final Timer timeout =
            new Timer() {
                @Override
                protected void fire() {
                    giveUp();
                }
            };
    private @Nullable TlsTransport secure;
    private @Nullable Upgrade upgrade;

    WebSocketStart(Server server, WebSocketDoor door, Transport below, @Nullable ClientTls tls) {
        this.server = server;
        this.door = door;
        this.below = below;
        this.tls = tls;
        this.place = Server.hostPort(below.remoteHost(), below.remotePort());
    }

    WebSocketStart begin() {
        long configured = door.options().handshakeTimeoutNanos();
        server.loop()
                .timers()
                .schedule(timeout, configured > 0 ? configured : TIMEOUT_NANOS_DEFAULT);
        ClientTls rules = tls;
        if (rules == null) {
            upgrade = upgradeOver(below);
        } else {
            secure =
                    TlsTransport.over(
                            below, server.loop(), new Secured(), rules.context(), NOTHING);
        }
        return this;
    }

    private Upgrade upgradeOver(Transport transport) {
        UpgradeSettings settings =
                new UpgradeSettings(
                        door.options().compression(),
                        door.options().headers(),
                        server.limits().maxPayload());
        return new Upgrade(transport, server.loop(), settings, new Judge());
    }

    private void giveUp() {
        Upgrade begun = upgrade;
        if (begun != null) {
            begun.end();
        } else if (secure != null) {
            secure.close();
            server.log().error("websocket: TLS handshake error from " + place + ": i/o timeout");
        }
    }

    private void settled() {
        server.loop().timers().cancel(timeout);
    }

    @Override
    public void readable() {
        TlsTransport layer = secure;
        if (layer != null) {
            layer.readable();
        } else if (upgrade != null) {
            upgrade.readable();
        }
    }

    @Override
    public void writable() {
        TlsTransport layer = secure;
        if (layer != null) {
            layer.writable();
        } else if (upgrade != null) {
            upgrade.writable();
        }
    }

    /** What the secure layer tells. */
    private final class Secured implements TlsHandler {
        @Override
        public void secured() {
            TlsTransport layer = secure;
            if (layer == null || tls == null) {
                return;
            }
            if (!tls.admits(layer.peerCertificates().stream().map(PeerCertificate::of).toList())) {
                handshakeFailed("certificate not pinned");
                layer.close();
                return;
            }
            upgrade = upgradeOver(layer);
        }

        @Override
        public void handshakeFailed(String reason) {
            settled();
            server.log().error("websocket: TLS handshake error from " + place + ": " + reason);
        }

        @Override
        public void readable() {
            if (upgrade != null) {
                upgrade.readable();
            }
        }

        @Override
        public void writable() {
            if (upgrade != null) {
                upgrade.writable();
            }
        }
    }

    /** Who may come in, and as what. */
    private final class Judge implements UpgradeHandler {
        @Override
        public @Nullable Refusal judgePath(UpgradeRequest request) {
            return door.judgePath(request);
        }

        @Override
        public @Nullable Refusal judge(UpgradeRequest request) {
            return door.judgeOrigin(request, secure != null);
        }

        @Override
        public TransportHandler opened(WebSocketTransport transport, UpgradeRequest request) {
            settled();
            if (door.isForLeafNodes(request)) {
                server.log().error("Not configured to accept leaf node connections");
                transport.close();
                return new Nobody();
            }
            return server.accept(
                    transport, WebSocketEntry.of(request, door.options().cookies(), secure));
        }

        @Override
        public void refused(String reason) {
            server.log().error(place + " - websocket handshake error: " + reason);
        }

        @Override
        public void ended() {
            settled();
        }
    }

    /** What stands above a connection that has been closed. */
    private record Nobody() implements TransportHandler {
        @Override
        public void readable() {}

        @Override
        public void writable() {}
    }
}
