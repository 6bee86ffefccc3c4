package io.millrace.store;

import io.millrace.runtime.DiskException;

/** Gathers small parts into larger ones that lie one behind the other. Single owner. */
final class Pieces {
    private static final int PIECE_BYTES = 64 << 10;

    /** Takes a piece and where it belongs. */
    interface Sink {
        void take(long position, byte[] piece, int length) throws DiskException;
    }

    private static final Sink NOWHERE = (position, piece, length) -> {};

    private Sink sink = NOWHERE;
    private long start;
    private byte[] piece = new byte[0];
    private int inPiece;
    private int length;

    /** Begins anew, in the same room; the first piece belongs to {@code start}. */
    void begin(long start, Sink sink) {
        this.start = start;
        this.sink = sink;
        if (piece.length == 0) {
            piece = new byte[PIECE_BYTES];
        }
        inPiece = 0;
        length = 0;
    }

    /** Bytes so far. */
    int length() {
        return length;
    }

    void put(int value) throws DiskException {
        if (inPiece > PIECE_BYTES - 4) {
            flush();
        }
        Frame.putInt(piece, inPiece, value);
        inPiece += 4;
        length += 4;
    }

    void put(byte[] bytes, int offset, int size) throws DiskException {
        for (int done = 0; done < size; ) {
            if (inPiece == PIECE_BYTES) {
                flush();
            }
            int some = Math.min(size - done, PIECE_BYTES - inPiece);
            System.arraycopy(bytes, offset + done, piece, inPiece, some);
            inPiece += some;
            done += some;
            length += some;
        }
    }

    void flush() throws DiskException {
        if (inPiece > 0) {
            sink.take(start + length - inPiece, piece, inPiece);
            inPiece = 0;
        }
    }
}
