package io.millrace.micro.memory;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * One line of the table.
 *
 * @param name what one more of is measured
 * @param first how many there are when the measuring begins
 * @param second how many when it ends
 * @param flags what the server is started with
 * @param opening makes the load
 */
record Row(String name, int first, int second, Flags flags, Opening opening) {
    /** What a server needs beside its port. */
    enum Flags {
        NONE,
        TLS,
        JETSTREAM
    }

    /** Makes a load for a server that has just been started. */
    interface Opening {
        Load open(ServerProcess server) throws IOException;
    }

    static List<Row> all() {
        return List.of(
                new Row("idle connection", 2_000, 10_000, Flags.NONE, s -> new Crowd(s, false)),
                new Row("idle TLS connection", 500, 2_500, Flags.TLS, s -> new Crowd(s, true)),
                new Row(
                        "subscription, literal, 100 a connection",
                        20_000,
                        100_000,
                        Flags.NONE,
                        s -> new Subscriptions(s, 1_000, Row::literal)),
                new Row(
                        "subscription, wildcard, 100 a connection",
                        20_000,
                        100_000,
                        Flags.NONE,
                        s -> new Subscriptions(s, 1_000, Row::wildcard)),
                new Row(
                        "subscription, literal, all on one connection",
                        20_000,
                        100_000,
                        Flags.NONE,
                        s -> new Subscriptions(s, 1, Row::literal)),
                new Row("stream without messages", 500, 2_500, Flags.JETSTREAM, Requests::streams),
                new Row(
                        "durable pull consumer, on ten streams",
                        1_000,
                        5_000,
                        Flags.JETSTREAM,
                        Requests::consumers),
                new Row(
                        "stored subject, one message of 16 B each",
                        100_000,
                        1_000_000,
                        Flags.JETSTREAM,
                        s -> new Messages(s, "file", 16, Row::literal)),
                new Row(
                        "stored message of 128 B, one subject",
                        100_000,
                        1_000_000,
                        Flags.JETSTREAM,
                        s -> new Messages(s, "file", 128, number -> literal(0))),
                new Row(
                        "the same in memory storage",
                        100_000,
                        500_000,
                        Flags.JETSTREAM,
                        s -> new Messages(s, "memory", 128, number -> literal(0))));
    }

    /** A row with fewer or more of each. */
    Row scaled(double by) {
        int less = Math.max(1, (int) (first * by));
        return new Row(name, less, Math.max(less + 1, (int) (second * by)), flags, opening);
    }

    /** 29 letters, a subject of its own for each number. */
    static String literal(int number) {
        return String.format(Locale.ROOT, "plant.dev.%07d.temperature", number);
    }

    private static String wildcard(int number) {
        return String.format(Locale.ROOT, "plant.*.%07d.temperatures.>", number);
    }
}
