package io.millrace.broker;

/** Messages and bytes in both directions. Written by one loop; readers see a recent value. */
public final class Traffic {
    long inMessages;
    long inBytes;
    long outMessages;
    long outBytes;

    public long inMessages() {
        return inMessages;
    }

    public long inBytes() {
        return inBytes;
    }

    public long outMessages() {
        return outMessages;
    }

    public long outBytes() {
        return outBytes;
    }

    void in(int bytes) {
        inMessages++;
        inBytes += bytes;
    }

    void out(int bytes) {
        outMessages++;
        outBytes += bytes;
    }
}
