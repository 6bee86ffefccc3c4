package io.millrace.broker;

import io.millrace.net.ws.WebSocketTransport;

/** Why a connection ended, with the text that connz and disconnect events show. */
public enum ClosedReason {
    CLIENT_CLOSED("Client Closed"),
    AUTHENTICATION_TIMEOUT("Authentication Timeout"),
    AUTHENTICATION_FAILURE("Authentication Failure"),
    TLS_HANDSHAKE_ERROR("TLS Handshake Failure"),
    SLOW_CONSUMER_PENDING_BYTES("Slow Consumer (Pending Bytes)"),
    SLOW_CONSUMER_WRITE_DEADLINE("Slow Consumer (Write Deadline)"),
    WRITE_ERROR("Write Error"),
    READ_ERROR("Read Error"),
    PARSE_ERROR("Parse Error"),
    STALE_CONNECTION("Stale Connection"),
    PROTOCOL_VIOLATION("Protocol Violation"),
    BAD_CLIENT_PROTOCOL_VERSION("Bad Client Protocol Version"),
    MAX_CONNECTIONS_EXCEEDED("Maximum Connections Exceeded"),
    MAX_ACCOUNT_CONNECTIONS_EXCEEDED("Maximum Account Connections Exceeded"),
    MAX_PAYLOAD_EXCEEDED("Maximum Message Payload Exceeded"),
    MAX_CONTROL_LINE_EXCEEDED("Maximum Control Line Exceeded"),
    SERVER_SHUTDOWN("Server Shutdown"),
    AUTHENTICATION_EXPIRED("Authentication Expired"),
    MESSAGE_HEADER_VIOLATION("Message Header Violation"),
    NO_RESPONDERS_REQUIRES_HEADERS("No Responders Requires Headers"),
    KICKED("Kicked"),
    INTERNAL_ERROR("Internal Client");

    private final String text;

    ClosedReason(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    /** Tells a WebSocket's client why it ends, where nats-server does. */
    void sayOver(WebSocketTransport transport) {
        switch (this) {
            case CLIENT_CLOSED, WRITE_ERROR, READ_ERROR, PROTOCOL_VIOLATION -> {
                // the client has gone, or was told by the layer below, or above
            }
            case PARSE_ERROR, BAD_CLIENT_PROTOCOL_VERSION -> transport.sayAtEnd(1002, text);
            case MAX_PAYLOAD_EXCEEDED -> transport.sayAtEnd(1009, text);
            case STALE_CONNECTION, SERVER_SHUTDOWN -> transport.sayAtEnd(1001, text);
            case INTERNAL_ERROR -> transport.sayAtEnd(1011, text);
            case TLS_HANDSHAKE_ERROR -> transport.sayAtEnd(1015, text);
            default -> transport.sayAtEnd(1008, text);
        }
    }

    boolean isSlowConsumer() {
        return this == SLOW_CONSUMER_PENDING_BYTES || this == SLOW_CONSUMER_WRITE_DEADLINE;
    }
}
