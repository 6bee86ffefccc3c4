package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.SimulatedPeer;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The path of a message leaves no garbage once every buffer has grown to its size. */
final class AllocationTest {
    private static final int BATCH = 100;
    private static final int BATCHES = 200;
    private static final int ROUNDS = 5;

    /** Less than one byte for each message: what is measured includes the measuring. */
    private static final long ALLOWED_BYTES = (long) BATCH * BATCHES;

    private final SimulatedServer world = new SimulatedServer();
    private final byte[][] batches = new byte[BATCHES][];

    @Test
    void oneToOneAllocatesNothing() throws ReflectiveOperationException {
        SimulatedPeer reader = subscriber("a.b.c");
        fill(i -> "PUB a.b.c 16\r\n0123456789abcdef\r\n");
        SimulatedPeer publisher = world.quietClient();
        assertThat(least(publisher, reader)).isLessThan(ALLOWED_BYTES);
    }

    @Test
    void oneToFourAllocatesNothing() throws ReflectiveOperationException {
        SimulatedPeer[] readers = {
            subscriber("a.b.c"), subscriber("a.*.c"), subscriber("a.>"), subscriber(">")
        };
        fill(i -> "PUB a.b.c 16\r\n0123456789abcdef\r\n");
        assertThat(least(world.quietClient(), readers)).isLessThan(ALLOWED_BYTES);
    }

    @Test
    void manySubjectsAllocateNothing() throws ReflectiveOperationException {
        SimulatedPeer reader = subscriber("a.>");
        fill(i -> "PUB a." + i + ".c 16\r\n0123456789abcdef\r\n");
        assertThat(least(world.quietClient(), reader)).isLessThan(ALLOWED_BYTES);
    }

    @Test
    void queueGroupsAndHeadersAllocateNothing() throws ReflectiveOperationException {
        SimulatedPeer reader = world.quietClient();
        world.say(reader, "SUB a q 1\r\nSUB a q 2\r\nSUB a r 3\r\n");
        fill(i -> "HPUB a back 12 28\r\nNATS/1.0\r\n\r\n0123456789abcdef\r\n");
        assertThat(least(world.quietClient(), reader)).isLessThan(ALLOWED_BYTES);
    }

    @Test
    void requestsWithRepliesThatChangeAllocateNothing() throws ReflectiveOperationException {
        SimulatedPeer requester = subscriber("_INBOX.me.*");
        SimulatedPeer responder = subscriber("svc");
        byte[][] answers = new byte[BATCHES][];
        fill(i -> "PUB _INBOX.me." + i + " 2\r\nok\r\n");
        System.arraycopy(batches, 0, answers, 0, BATCHES);
        fill(i -> "PUB svc _INBOX.me." + i + " 2\r\nhi\r\n");
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = allocated();
            for (int i = 0; i < BATCHES; i++) {
                requester.say(batches[i]);
                world.loop.turn();
                responder.forget();
                responder.say(answers[i]);
                world.loop.turn();
                assertDelivered(requester.forget());
            }
            least = Math.min(least, allocated() - before);
        }
        assertThat(least).isLessThan(ALLOWED_BYTES);
    }

    @Test
    void messagesThatArriveInPiecesAllocateNothing() throws ReflectiveOperationException {
        SimulatedPeer reader = subscriber("a.b.c");
        fill(i -> "PUB a.b.c 16\r\n0123456789abcdef\r\n");
        SimulatedPeer publisher = world.quietClient();
        publisher.sayInPieces(1_000);
        assertThat(least(publisher, reader)).isLessThan(ALLOWED_BYTES);
    }

    @Test
    void messagesLargerThanAReadAllocateNothing() throws ReflectiveOperationException {
        SimulatedPeer reader = subscriber("a");
        int size = 300_000;
        byte[] message =
                ("PUB a " + size + "\r\n" + "x".repeat(size) + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII);
        SimulatedPeer publisher = world.quietClient();
        publisher.sayInPieces(60_000);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = allocated();
            for (int i = 0; i < 20; i++) {
                publisher.say(message);
                turnUntilIdle();
                assertThat(reader.forget()).isGreaterThan(size);
            }
            least = Math.min(least, allocated() - before);
        }
        assertThat(least).isLessThan(size);
    }

    private void turnUntilIdle() {
        while (world.loop.turn()) {
            // until everything has been read and sent
        }
    }

    private SimulatedPeer subscriber(String subject) {
        SimulatedPeer peer = world.quietClient();
        world.say(peer, "SUB " + subject + " 1\r\n");
        return peer;
    }

    private void fill(java.util.function.IntFunction<String> message) {
        for (int batch = 0; batch < BATCHES; batch++) {
            StringBuilder out = new StringBuilder();
            for (int i = 0; i < BATCH; i++) {
                out.append(message.apply(batch * BATCH + i));
            }
            batches[batch] = out.toString().getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** Bytes that the best of some rounds has allocated: the first ones warm everything up. */
    private long least(SimulatedPeer publisher, SimulatedPeer... readers)
            throws ReflectiveOperationException {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long before = allocated();
            for (int i = 0; i < BATCHES; i++) {
                publisher.say(batches[i]);
                turnUntilIdle();
                for (int r = 0; r < readers.length; r++) {
                    assertDelivered(readers[r].forget());
                }
            }
            least = Math.min(least, allocated() - before);
        }
        return least;
    }

    private static void assertDelivered(int bytes) {
        if (bytes < BATCH * "MSG a 1 0\r\n\r\n".length()) {
            throw new AssertionError("only " + bytes + " bytes arrived");
        }
    }

    /** Asked by reflection: this module does not read java.management. */
    private static long allocated() throws ReflectiveOperationException {
        Object threads =
                Class.forName("java.lang.management.ManagementFactory")
                        .getMethod("getThreadMXBean")
                        .invoke(null);
        Method bytes =
                Class.forName("com.sun.management.ThreadMXBean")
                        .getMethod("getCurrentThreadAllocatedBytes");
        return (long) bytes.invoke(threads);
    }
}
