package io.millrace.net.ws;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** A compressed message on its way in (RFC 7692). Owned by its connection. */
/* It exists from the message's first byte to its last only, since no context is taken over: an idle
 * connection has none. */
final class Inflation {
    private static final byte[] TAIL = {0, 0, (byte) 0xff, (byte) 0xff};

    private final Inflater inflater = new Inflater(true);
    private final long bytesMax;
    private long bytesIn;
    private long bytesOut;
    private boolean tailGiven;

    Inflation(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** More of it; everything before has been taken. */
    void add(byte[] bytes) throws WebSocketException {
        bytesIn += bytes.length;
        if (bytesIn > bytesMax) {
            throw new WebSocketException("maximum payload exceeded");
        }
        inflater.setInput(bytes);
    }

    /** How many bytes were put into {@code into}. */
    int take(byte[] into, int offset, int length) throws WebSocketException {
        try {
            int count = inflater.inflate(into, offset, length);
            bytesOut += count;
            if (bytesOut > bytesMax) {
                throw new WebSocketException("maximum payload exceeded");
            }
            return count;
        } catch (DataFormatException damaged) {
            throw new WebSocketException(
                    "flate: corrupt input before offset " + inflater.getBytesRead());
        }
    }

    /** The last of it has been added and taken; true when its end has to be taken, too. */
    boolean addTail() throws WebSocketException {
        if (bytesIn == 0) {
            throw new WebSocketException("flate: corrupt input before offset 5");
        }
        if (tailGiven || inflater.finished()) {
            return false;
        }
        tailGiven = true;
        inflater.setInput(TAIL);
        return true;
    }

    void end() {
        inflater.end();
    }
}
