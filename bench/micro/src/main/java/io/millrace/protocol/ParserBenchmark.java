package io.millrace.protocol;

import io.millrace.micro.MicroBenchmark;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * What one operation costs the parser, in reads of many: whole ones, and ones cut so that each read
 * ends in the middle of an operation.
 */
public class ParserBenchmark extends MicroBenchmark {
    private static final int OPERATIONS = 512;
    private static final int CONTROL_LINE_MAX = 4096;
    private static final String BODY = "x".repeat(128);

    /** What the client says, over and over. */
    @Param({"PUB", "HPUB", "SUB"})
    public String verb = "PUB";

    private final ClientParser parser = new ClientParser();
    private final CountingOperations client = new CountingOperations();
    private byte[] input = new byte[0];
    private byte[] window = new byte[0];
    private int pieceBytes;

    @Setup
    public void fill() {
        String operation =
                switch (verb) {
                    case "PUB" -> "PUB orders.eu.new 128\r\n" + BODY + "\r\n";
                    case "HPUB" ->
                            "HPUB orders.eu.new back.42 27 155\r\nNATS/1.0\r\nTrace: 123456\r\n\r\n"
                                    + BODY
                                    + "\r\n";
                    case "SUB" -> "SUB orders.*.new workers 42\r\n";
                    default -> throw new IllegalArgumentException(verb);
                };
        input = operation.repeat(OPERATIONS).getBytes(StandardCharsets.US_ASCII);
        pieceBytes = operation.length() * 8 + operation.length() / 2;
        window = new byte[pieceBytes + operation.length()];
    }

    /** All of them in one read. */
    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public long whole() {
        int end = parser.parse(input, 0, input.length, CONTROL_LINE_MAX, client);
        if (end != input.length) {
            throw new IllegalStateException("left over behind " + end);
        }
        return client.seen();
    }

    /** Eight and a half in each read; what is left over is kept and presented again. */
    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public long split() {
        int kept = 0;
        for (int at = 0; at < input.length; at += pieceBytes) {
            int read = Math.min(pieceBytes, input.length - at);
            System.arraycopy(input, at, window, kept, read);
            int filled = kept + read;
            int end = parser.parse(window, 0, filled, CONTROL_LINE_MAX, client);
            kept = filled - end;
            System.arraycopy(window, end, window, 0, kept);
        }
        if (kept != 0) {
            throw new IllegalStateException(kept + " bytes left over");
        }
        return client.seen();
    }
}
