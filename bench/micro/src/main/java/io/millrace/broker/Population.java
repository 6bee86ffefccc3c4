package io.millrace.broker;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Many subscriptions of one shape, and subjects that some of them want. */
final class Population {
    /** How many of the subjects are asked for in turn; a power of two. */
    static final int ASKED = 4096;

    private static final byte[] SID = {'1'};
    private static final int GROUP_MEMBERS = 10;

    private final Subscriber subscriber = new Silent();

    private final String shape;

    /**
     * @param shape literal, wildcard, or queue: groups of ten on one literal subject each
     */
    Population(String shape) {
        this.shape = shape;
    }

    /** Subscribes {@code count} times. */
    void fill(Interest interest, int count) {
        for (int i = 0; i < count; i++) {
            interest.add(subscription(i));
        }
    }

    Subscription subscription(int number) {
        return switch (shape) {
            case "literal" -> of(subject(number), null);
            case "wildcard" ->
                    number % 2 == 0
                            ? of("plant.sensor." + number + ".*", null)
                            : of("plant.*." + number + ".>", null);
            case "queue" -> of(subject(number / GROUP_MEMBERS), "workers");
            default -> throw new IllegalArgumentException(shape);
        };
    }

    private Subscription of(String subject, @Nullable String queue) {
        return new Subscription(subscriber, bytes(subject), SID, queue, false);
    }

    private static String subject(int number) {
        return "plant.sensor." + number + ".temperature";
    }

    /** Subjects that are wanted, far from each other in the order of subscribing. */
    byte[][] asked(int count) {
        int subjects = shape.equals("queue") ? count / GROUP_MEMBERS : count;
        byte[][] asked = new byte[ASKED][];
        for (int i = 0; i < ASKED; i++) {
            asked[i] = bytes(subject((int) (i * 7_919L % subjects)));
        }
        return asked;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
