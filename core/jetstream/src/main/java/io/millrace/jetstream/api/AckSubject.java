package io.millrace.jetstream.api;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The subject on which a delivered message is acknowledged, which also says where the message comes
 * from (ADR-15). Can be used again and again; makes no garbage. One owner.
 */
/*
 *   version 1   $JS.ACK.                       <stream>.<consumer>.<numbers>
 *   version 2   $JS.ACK.<domain>.<account hash>.<stream>.<consumer>.<numbers>[.<more>…]
 *   numbers     <delivered>.<stream sequence>.<consumer sequence>.<time ns>.<pending>
 *
 * They are told apart by the number of tokens: nine, or eleven and more. The domain is "_" when
 * there is none.
 */
public final class AckSubject {
    /** As many bytes as {@link #write} needs at most behind the prefix. */
    public static final int NUMBERS_LENGTH_MAX = 5 * 19 + 4;

    private static final byte[] START = "$JS.ACK.".getBytes(StandardCharsets.US_ASCII);
    private static final int TOKENS_VERSION_1 = 9;
    private static final int TOKENS_VERSION_2 = 11;
    private static final int TOKENS_MAX = 16;
    private static final int NUMBERS = 5;
    private static final int DIGITS_MAX = 19;

    private final int[] ends = new int[TOKENS_MAX];
    private final long[] numbers = new long[NUMBERS];
    private int stream;
    private int consumer;

    /**
     * Takes {@code subject} apart.
     *
     * @return false when it is no such subject; nothing can be asked then
     */
    public boolean parse(byte[] subject, int offset, int length) {
        if (length < START.length
                || !Arrays.equals(START, 0, START.length, subject, offset, offset + START.length)) {
            return false;
        }
        int tokens = split(subject, offset, offset + length);
        if (tokens != TOKENS_VERSION_1 && (tokens < TOKENS_VERSION_2 || tokens > TOKENS_MAX)) {
            return false;
        }
        stream = tokens == TOKENS_VERSION_1 ? 2 : 4;
        consumer = stream + 1;
        for (int i = 0; i < NUMBERS; i++) {
            int token = consumer + 1 + i;
            long number = number(subject, ends[token - 1] + 1, ends[token]);
            if (number < 0) {
                return false;
            }
            numbers[i] = number;
        }
        return streamLength() > 0 && consumerLength() > 0;
    }

    private int split(byte[] subject, int from, int end) {
        int tokens = 0;
        for (int i = from; i <= end; i++) {
            if (i == end || subject[i] == '.') {
                if (tokens == TOKENS_MAX) {
                    return TOKENS_MAX + 1;
                }
                ends[tokens++] = i;
            }
        }
        return tokens;
    }

    /** -1 when it is no number, or too large. */
    private static long number(byte[] b, int from, int to) {
        if (from >= to || to - from > DIGITS_MAX) {
            return -1;
        }
        long number = 0;
        for (int i = from; i < to; i++) {
            if (b[i] < '0' || b[i] > '9') {
                return -1;
            }
            number = number * 10 + b[i] - '0';
        }
        return number;
    }

    /** How often the message has been delivered to this consumer. */
    public long delivered() {
        return numbers[0];
    }

    public long streamSequence() {
        return numbers[1];
    }

    public long consumerSequence() {
        return numbers[2];
    }

    /** When the message was stored, since 1970. */
    public long timeNanos() {
        return numbers[3];
    }

    /** How many messages were still to be delivered. */
    public long pending() {
        return numbers[4];
    }

    /** Where the stream's name begins in the array that was parsed. */
    public int streamOffset() {
        return ends[stream - 1] + 1;
    }

    public int streamLength() {
        return ends[stream] - streamOffset();
    }

    /** Where the consumer's name begins in the array that was parsed. */
    public int consumerOffset() {
        return ends[consumer - 1] + 1;
    }

    public int consumerLength() {
        return ends[consumer] - consumerOffset();
    }

    /** What stands before the numbers in subjects of version 1. */
    public static byte[] prefix(String stream, String consumer) {
        return ("$JS.ACK." + stream + '.' + consumer + '.').getBytes(StandardCharsets.UTF_8);
    }

    /**
     * What stands before the numbers in subjects of version 2.
     *
     * @param domain empty for none
     */
    public static byte[] prefix(String domain, String accountHash, String stream, String consumer) {
        return prefix(
                (domain.isEmpty() ? "_" : domain) + '.' + accountHash + '.' + stream, consumer);
    }

    /**
     * Writes a subject.
     *
     * @param prefix made by a {@code prefix} method
     * @return where the subject ends in {@code out}
     */
    public static int write(
            byte[] out,
            int at,
            byte[] prefix,
            long delivered,
            long streamSequence,
            long consumerSequence,
            long timeNanos,
            long pending) {
        System.arraycopy(prefix, 0, out, at, prefix.length);
        int end = digits(out, at + prefix.length, delivered);
        out[end] = '.';
        end = digits(out, end + 1, streamSequence);
        out[end] = '.';
        end = digits(out, end + 1, consumerSequence);
        out[end] = '.';
        end = digits(out, end + 1, timeNanos);
        out[end] = '.';
        return digits(out, end + 1, pending);
    }

    private static int digits(byte[] out, int at, long number) {
        int end = at + 1;
        for (long rest = number / 10; rest > 0; rest /= 10) {
            end++;
        }
        long rest = number;
        for (int i = end - 1; i >= at; i--) {
            out[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return end;
    }
}
