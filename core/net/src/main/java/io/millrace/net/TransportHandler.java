package io.millrace.net;

/** What stands above a {@link Transport}; called by its loop alone. */
public interface TransportHandler {
    /** Bytes may have arrived, or the stream has ended. */
    void readable();

    /** The peer takes bytes again. */
    void writable();
}
