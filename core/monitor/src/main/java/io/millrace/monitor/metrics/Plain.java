package io.millrace.monitor.metrics;

import java.io.ByteArrayOutputStream;

/** Bytes as they are. One owner at a time. */
final class Plain implements Sink {
    /** What is larger is sent compressed or not at all. */
    private static final int BYTES_MAX = 8 << 20;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean tooLarge;

    @Override
    public void begin() {
        bytes.reset();
        tooLarge = false;
    }

    @Override
    public void write(byte[] more, int length) {
        tooLarge |= length > BYTES_MAX - bytes.size();
        if (!tooLarge) {
            bytes.write(more, 0, length);
        }
    }

    @Override
    public byte[] end() {
        return tooLarge ? new byte[0] : bytes.toByteArray();
    }
}
