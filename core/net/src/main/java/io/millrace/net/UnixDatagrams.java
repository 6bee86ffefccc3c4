package io.millrace.net;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;

/** Linux's datagram sockets of the address family UNIX. Any thread. */
/* The JDK has UNIX sockets for streams only, so these three calls go to the C library. Nothing is
 * looked up before the first instance is made: who needs none pays nothing. An address is two bytes
 * of family and up to 108 of path; a path ends with a zero, an abstract name begins with one. */
final class UnixDatagrams implements LocalDatagrams {
    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int EINTR = 4;
    private static final int EAGAIN = 11;
    private static final int FAMILY_BYTES = 2;
    private static final int MAX_PATH_BYTES = 108;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final long ERRNO = 0; // where the captured state has it, its only value here

    private final String name;
    private final MemorySegment address;
    private final MethodHandle sendto;
    private final int socket;
    private final AtomicBoolean closed = new AtomicBoolean();

    private UnixDatagrams(String name, byte[] path) throws IOException {
        this.name = name;
        address = Arena.ofAuto().allocate(FAMILY_BYTES + path.length);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, FAMILY_BYTES, path.length);
        sendto =
                function(
                        "sendto",
                        FunctionDescriptor.of(
                                LONG,
                                INT,
                                ValueLayout.ADDRESS,
                                LONG,
                                INT,
                                ValueLayout.ADDRESS,
                                INT));
        MethodHandle open = function("socket", FunctionDescriptor.of(INT, INT, INT, INT));
        MemorySegment failure = failure(Arena.ofAuto());
        try {
            socket = (int) open.invokeExact(failure, AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
        } catch (Throwable impossible) {
            throw unchecked(impossible);
        }
        if (socket < 0) {
            throw failed("socket", error(failure));
        }
    }

    static UnixDatagrams to(String address) throws IOException {
        byte[] text = address.getBytes(StandardCharsets.UTF_8);
        boolean isAbstract = address.startsWith("@");
        if (!isAbstract && !address.startsWith("/")) {
            throw new IOException(address + " is neither a path nor an abstract name");
        }
        byte[] path = new byte[isAbstract ? text.length : text.length + 1];
        System.arraycopy(text, 0, path, 0, text.length);
        if (isAbstract) {
            path[0] = 0;
        }
        if (path.length > MAX_PATH_BYTES || text.length < 2) {
            throw new IOException(address + " cannot be the name of a socket");
        }
        if (!"Linux".equals(System.getProperty("os.name"))) {
            throw new IOException("datagrams to " + address + ": only on Linux");
        }
        return new UnixDatagrams(address, path);
    }

    @SuppressWarnings("restricted") // the launcher grants it to this module
    private static MethodHandle function(String name, FunctionDescriptor signature)
            throws IOException {
        Linker linker = Linker.nativeLinker();
        MemorySegment symbol =
                linker.defaultLookup()
                        .find(name)
                        .orElseThrow(() -> new IOException("the C library has no " + name));
        return linker.downcallHandle(symbol, signature, Linker.Option.captureCallState("errno"));
    }

    @Override
    public void send(byte[] message) throws IOException {
        if (!sent(message, MSG_NOSIGNAL)) {
            throw failed("send", EAGAIN);
        }
    }

    @Override
    public boolean offer(byte[] message) throws IOException {
        return sent(message, MSG_NOSIGNAL | MSG_DONTWAIT);
    }

    private boolean sent(byte[] message, int flags) throws IOException {
        if (closed.get()) {
            throw new IOException(name + ": closed");
        }
        try (Arena call = Arena.ofConfined()) {
            MemorySegment bytes = call.allocate(message.length);
            MemorySegment.copy(message, 0, bytes, ValueLayout.JAVA_BYTE, 0, message.length);
            MemorySegment failure = failure(call);
            while (sentBytes(failure, bytes, flags) < 0) {
                int error = error(failure);
                if (error == EAGAIN) {
                    return false;
                }
                if (error != EINTR) {
                    throw failed("send", error);
                }
            }
            return true;
        }
    }

    private long sentBytes(MemorySegment failure, MemorySegment bytes, int flags) {
        try {
            return (long)
                    sendto.invokeExact(
                            failure,
                            socket,
                            bytes,
                            bytes.byteSize(),
                            flags,
                            address,
                            (int) address.byteSize());
        } catch (Throwable impossible) {
            throw unchecked(impossible);
        }
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            try {
                MethodHandle close = function("close", FunctionDescriptor.of(INT, INT));
                int ignored = (int) close.invokeExact(failure(Arena.ofAuto()), socket);
            } catch (Throwable impossible) {
                throw unchecked(impossible);
            }
        }
    }

    private IOException failed(String what, int error) {
        return new IOException(what + " " + name + ": error " + error);
    }

    private static MemorySegment failure(Arena arena) {
        return arena.allocate(Linker.Option.captureStateLayout());
    }

    private static int error(MemorySegment failure) {
        return failure.get(INT, ERRNO);
    }

    /** The C library throws nothing, so this is a mistake of ours or of the JVM's. */
    private static RuntimeException unchecked(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        return thrown instanceof RuntimeException mistake
                ? mistake
                : new IllegalStateException(thrown);
    }
}
