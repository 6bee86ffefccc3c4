package io.millrace.net;

import java.io.IOException;

/**
 * One datagram socket of this machine that messages go to: a path in the file system or, with a
 * leading '@', a name in Linux's abstract name space. Any thread.
 */
public interface LocalDatagrams extends AutoCloseable {
    /**
     * Opens the way there; whether anybody listens shows when something is sent. Linux only.
     *
     * @throws IOException when the address cannot be one, or the system has no such sockets
     */
    static LocalDatagrams to(String address) throws IOException {
        return UnixDatagrams.to(address);
    }

    /**
     * Sends one message, and waits while the receiver's queue is full: never on a loop.
     *
     * @throws IOException when it cannot be delivered
     */
    void send(byte[] message) throws IOException;

    /**
     * Sends one message unless that would mean waiting.
     *
     * @return false when the receiver's queue is full
     * @throws IOException when it cannot be delivered
     */
    boolean offer(byte[] message) throws IOException;

    /** Gives the socket back; nobody may be sending meanwhile. */
    @Override
    void close();
}
