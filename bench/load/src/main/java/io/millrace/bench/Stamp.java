package io.millrace.bench;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** A number of eight bytes in a payload: the moment a message was due. */
final class Stamp {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Stamp() {}

    static long read(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    static void write(byte[] bytes, int at, long value) {
        LONG.set(bytes, at, value);
    }
}
