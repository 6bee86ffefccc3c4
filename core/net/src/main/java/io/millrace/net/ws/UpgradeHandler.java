package io.millrace.net.ws;

import io.millrace.net.TransportHandler;
import org.jspecify.annotations.Nullable;

/** What stands above an {@link Upgrade}; called by its loop alone. */
public interface UpgradeHandler {
    /** A refusal of its own: an HTTP status, and why, for the log. */
    record Refusal(int status, String reason) {}

    /** Whether a request is refused for its path, whatever else is wrong; null when it is not. */
    @Nullable Refusal judgePath(UpgradeRequest request);

    /** Whether a request that is otherwise correct is refused; null when it is not. */
    @Nullable Refusal judge(UpgradeRequest request);

    /** Frames may be sent and received from now on; the answer is who handles them. */
    TransportHandler opened(WebSocketTransport transport, UpgradeRequest request);

    /** A request was refused; the connection may ask again. */
    void refused(String reason);

    /** The connection has ended before it became a WebSocket. */
    void ended();
}
