package io.millrace.monitor.metrics;

import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Bytes compressed. One owner at a time. */
/* Lines that repeat themselves shrink well even when little time is spent on it. What the JDK has
 * for this takes memory from the system anew for every answer. */
final class Gzip implements Sink {
    private static final byte[] HEAD = {0x1f, (byte) 0x8b, Deflater.DEFLATED, 0, 0, 0, 0, 0, 0, -1};
    private static final int TAIL_BYTES = 8;

    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private final CRC32 checksum = new CRC32();
    private byte[] bytes = new byte[8 << 10];
    private int used;

    @Override
    public void begin() {
        deflater.reset();
        checksum.reset();
        System.arraycopy(HEAD, 0, bytes, 0, HEAD.length);
        used = HEAD.length;
    }

    @Override
    public void write(byte[] more, int length) {
        checksum.update(more, 0, length);
        deflater.setInput(more, 0, length);
        while (!deflater.needsInput()) {
            deflate();
        }
    }

    @Override
    public byte[] end() {
        long length = deflater.getBytesRead();
        deflater.finish();
        while (!deflater.finished()) {
            deflate();
        }
        tail((int) checksum.getValue());
        tail((int) length);
        return Arrays.copyOf(bytes, used);
    }

    /** Leaves room for what comes last. */
    private void deflate() {
        if (bytes.length - used < 2 * TAIL_BYTES) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        used += deflater.deflate(bytes, used, bytes.length - TAIL_BYTES - used);
    }

    private void tail(int value) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            bytes[used++] = (byte) (value >>> shift);
        }
    }
}
