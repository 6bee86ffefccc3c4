package io.millrace.net.ws;

import java.io.IOException;

/** The peer broke the rules of WebSocket; the message is for the log. */
public final class WebSocketException extends IOException {
    private static final long serialVersionUID = 1;

    WebSocketException(String message) {
        super(message);
    }
}
