package io.millrace.net;

import io.millrace.runtime.Loop;
import java.io.IOException;
import java.util.function.Function;

/** A loop that owns transports and listeners. */
public interface NetLoop extends Loop {
    /**
     * Opens a listener whose connections this loop owns.
     *
     * @param host name or address; "0.0.0.0" means every address of the machine, IPv6 included
     * @param port 0 for any free one
     * @param onAccept makes the handler of each new connection; called on this loop
     */
    Listener listen(String host, int port, Function<Transport, TransportHandler> onAccept)
            throws IOException;

    /** Runs {@code work} at the end of the current turn, once per registration. This loop only. */
    void atEndOfTurn(Runnable work);

    /** The buffer that everything is received into; shared by all connections of this loop. */
    byte[] receiveBuffer();

    /** Nanoseconds in which it did not wait, since it started. Any thread; a moment old. */
    default long busyNanos() {
        return 0;
    }

    /** Turns since it started. Any thread; a moment old. */
    default long turns() {
        return 0;
    }

    /** An open listening socket. */
    interface Listener {
        /** The port in use. */
        int port();

        /** Stops accepting. Any thread. */
        void close();
    }
}
