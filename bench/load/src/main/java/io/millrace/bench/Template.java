package io.millrace.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongUnaryOperator;

/**
 * A message prepared once, with places of ten digits that differ from message to message: {@link
 * #NUMBER} is its number, {@link #KEY} what the number stands for. Immutable: any thread.
 */
final class Template {
    static final int DIGITS = 10;
    static final String NUMBER = "##########";
    static final String KEY = "@@@@@@@@@@";

    private final byte[] bytes;
    private final int[] numbers;
    private final int[] keys;
    private final LongUnaryOperator key;

    private Template(String text, LongUnaryOperator key) {
        this.bytes = Wire.ascii(text);
        this.numbers = places(text, NUMBER);
        this.keys = places(text, KEY);
        this.key = key;
    }

    /** A publish; an empty reply is none. */
    static Template publish(String subject, String reply, String payload) {
        return publish(subject, reply, payload, LongUnaryOperator.identity());
    }

    static Template publish(String subject, String reply, String payload, LongUnaryOperator key) {
        return new Template(
                "PUB %s %s%d\r\n%s\r\n"
                        .formatted(
                                subject,
                                reply.isEmpty() ? "" : reply + " ",
                                payload.length(),
                                payload),
                key);
    }

    /** A payload of so many letters. */
    static String filler(int size) {
        return "x".repeat(size);
    }

    /** So many copies of a message without places, for one write. */
    byte[] times(int count) {
        byte[] all = new byte[bytes.length * count];
        for (int i = 0; i < count; i++) {
            System.arraycopy(bytes, 0, all, i * bytes.length, bytes.length);
        }
        return all;
    }

    int length() {
        return bytes.length;
    }

    /** Writes message {@code number} and returns where it ends. */
    int write(byte[] into, int at, long number) {
        System.arraycopy(bytes, 0, into, at, bytes.length);
        for (int place : numbers) {
            digits(into, at + place, number);
        }
        if (keys.length > 0) {
            long value = key.applyAsLong(number);
            for (int place : keys) {
                digits(into, at + place, value);
            }
        }
        return at + bytes.length;
    }

    private static void digits(byte[] into, int at, long number) {
        long rest = number;
        for (int i = at + DIGITS - 1; i >= at; i--) {
            into[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    private static int[] places(String text, String mark) {
        List<Integer> places = new ArrayList<>();
        for (int at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + DIGITS)) {
            places.add(at);
        }
        return places.stream().mapToInt(Integer::intValue).toArray();
    }
}
