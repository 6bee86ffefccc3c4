package io.millrace.net;

import java.io.IOException;

/**
 * One peer's byte stream, below any protocol: receive, send, arm for writing, close. TCP, TLS, a
 * pipe inside the JVM and a simulated network look alike from above.
 *
 * <p>Owned by its {@link NetLoop}, except {@link #send}, which another loop may call while it holds
 * the connection's send lock.
 */
public interface Transport {
    /**
     * Takes bytes that have arrived.
     *
     * @return how many; 0 when there are none now, -1 when the peer has ended its stream
     */
    int receive(byte[] into, int offset, int length) throws IOException;

    /** The least length that {@link #receive} takes. */
    default int leastReceive() {
        return 1;
    }

    /**
     * Hands bytes to the peer without waiting.
     *
     * @return how many were taken; less than {@code length} when the peer is slow
     */
    int send(byte[] from, int offset, int length) throws IOException;

    /** Whether {@link TransportHandler#writable} is wanted when the peer takes bytes again. */
    void armWriting(boolean wanted);

    /** Whether {@link TransportHandler#readable} is wanted; false leaves bytes with the peer. */
    void armReading(boolean wanted);

    /** Ends the stream both ways; nothing is called back. May be called twice. */
    void close();

    /** The peer's address in text, without brackets or zone. */
    String remoteHost();

    int remotePort();

    /** Our own address in text, without brackets or zone. */
    String localHost();
}
