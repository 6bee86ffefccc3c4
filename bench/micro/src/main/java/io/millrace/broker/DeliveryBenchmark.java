package io.millrace.broker;

import io.millrace.config.OptionsBuilder;
import io.millrace.micro.MicroBenchmark;
import io.millrace.runtime.Log;
import io.millrace.runtime.Randomness;
import io.millrace.testkit.SimulatedLoop;
import io.millrace.testkit.SimulatedPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * What one PUB costs from the read to the written MSGs: a whole broker on a network in memory, so
 * without the kernel's part.
 */
public class DeliveryBenchmark extends MicroBenchmark {
    private static final int BATCH = 256;
    private static final String MESSAGE = "PUB orders.new 128\r\n" + "x".repeat(128) + "\r\n";
    private static final String CONNECT =
            "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true}\r\n";

    /** Who receives: nobody, one, four, or one of a queue group of four. */
    @Param({"nobody", "one", "four", "queue"})
    public String receivers = "one";

    private final SimulatedLoop loop = new SimulatedLoop();
    private final List<SimulatedPeer> readers = new ArrayList<>();
    private final byte[] batch = MESSAGE.repeat(BATCH).getBytes(StandardCharsets.US_ASCII);
    private SimulatedPeer publisher = new SimulatedPeer();
    private long least;

    @Setup
    public void connect() throws IOException {
        Server server =
                new Server(
                        new OptionsBuilder().build(),
                        loop,
                        Randomness.seeded(1),
                        Log.none(),
                        Runnable::run);
        server.listen();
        publisher = client("");
        switch (receivers) {
            case "nobody" -> {}
            case "one" -> readers.add(client("SUB orders.> 1\r\n"));
            case "four" -> {
                for (int i = 0; i < 4; i++) {
                    readers.add(client("SUB orders.> 1\r\n"));
                }
            }
            case "queue" -> {
                for (int i = 0; i < 4; i++) {
                    readers.add(client("SUB orders.> workers 1\r\n"));
                }
            }
            default -> throw new IllegalArgumentException(receivers);
        }
        least =
                switch (receivers) {
                    case "nobody" -> 0;
                    case "four" -> 4L * batch.length;
                    default -> batch.length;
                };
    }

    private SimulatedPeer client(String said) {
        SimulatedPeer peer = loop.connect();
        loop.settle();
        peer.say(CONNECT + said + "PING\r\n");
        loop.settle();
        peer.forget();
        return peer;
    }

    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long publish() {
        publisher.say(batch);
        loop.turn();
        long arrived = 0;
        for (int i = 0; i < readers.size(); i++) {
            arrived += readers.get(i).forget();
        }
        if (arrived < least) {
            throw new IllegalStateException("only " + arrived + " bytes arrived");
        }
        return arrived;
    }
}
