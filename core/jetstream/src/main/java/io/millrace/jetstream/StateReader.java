package io.millrace.jetstream;

/** Reads what a {@link StateWriter} has written, and trusts none of it. */
final class StateReader {
    private final byte[] bytes;
    private int at;

    StateReader(byte[] bytes) {
        this.bytes = bytes;
    }

    int remaining() {
        return bytes.length - at;
    }

    int octet() throws ConsumerStateException {
        if (at == bytes.length) {
            throw ConsumerStateException.damaged("it ends too early");
        }
        return bytes[at++] & 0xFF;
    }

    long number() throws ConsumerStateException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int octet = octet();
            value |= (octet & 0x7FL) << shift;
            if (octet < 0x80) {
                if (shift == 63 && octet > 1) {
                    break;
                }
                return value;
            }
        }
        throw ConsumerStateException.damaged("a number is too long");
    }

    long difference() throws ConsumerStateException {
        long folded = number();
        return (folded >>> 1) ^ -(folded & 1);
    }

    /** A number that must lie between two others, both included. */
    long within(long least, long most, String what) throws ConsumerStateException {
        return require(number(), least, most, what);
    }

    static long require(long value, long least, long most, String what)
            throws ConsumerStateException {
        if (value < least || value > most) {
            throw ConsumerStateException.damaged(what + " is " + value);
        }
        return value;
    }

    /** Refuses bytes of another version. */
    int version(int known) throws ConsumerStateException {
        int version = octet();
        if (version > known) {
            throw ConsumerStateException.newer(version, known);
        }
        if (version == 0) {
            throw ConsumerStateException.damaged("it has no version");
        }
        return version;
    }
}
