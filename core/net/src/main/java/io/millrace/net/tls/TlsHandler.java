package io.millrace.net.tls;

import io.millrace.net.TransportHandler;

/** What stands above a {@link TlsTransport}; called by its loop alone. */
public interface TlsHandler extends TransportHandler {
    /** The handshake is over; bytes may be sent and received from now on. */
    void secured();

    /** There will be no connection: it is closed already. {@code reason} is for the log. */
    void handshakeFailed(String reason);
}
