package io.millrace.jetstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PendingRepliesTest {
    private static final String[] STREAMS = {"S", "T", "U"};

    private final PendingReplies<String> replies = new PendingReplies<>();
    private final List<String> seen = new ArrayList<>();

    private void see(
            String stream,
            long sequence,
            boolean duplicate,
            byte[] buffer,
            int offset,
            int length) {
        seen.add(said(stream, sequence, duplicate, new String(buffer, offset, length, ISO_8859_1)));
    }

    private static String said(String stream, long sequence, boolean duplicate, String reply) {
        return stream + ' ' + sequence + (duplicate ? " again " : " ") + reply;
    }

    private void add(long number, String stream, long sequence, boolean duplicate, String reply) {
        byte[] bytes = ("<<" + reply + ">").getBytes(ISO_8859_1);
        int length = bytes.length - 3;
        if (duplicate) {
            replies.addDuplicate(number, stream, sequence, bytes, 2, length);
        } else {
            replies.add(number, stream, sequence, bytes, 2, length);
        }
    }

    @Test
    void acksLeaveInOrderWhenTheirCommitIsDone() {
        add(5, "S", 1, false, "r1");
        add(5, "T", 7, true, "r2");
        add(6, "S", 0, true, "");
        assertThat(replies.drainCommitted(4, this::see)).isZero();
        assertThat(replies.firstNumber()).isEqualTo(5);
        assertThat(replies.drainCommitted(5, this::see)).isEqualTo(2);
        assertThat(replies.size()).isEqualTo(1);
        assertThat(replies.drainAll(this::see)).isEqualTo(1);
        assertThat(seen).containsExactly("S 1 r1", "T 7 again r2", "S 0 again ");
        assertThat(replies.isEmpty()).isTrue();
    }

    @Test
    void commitsNeverGoBack() {
        add(5, "S", 1, false, "r");
        assertThatThrownBy(() -> add(4, "S", 2, false, "r"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void anAckMayCauseOthersWhichWaitForTheNextRound() {
        String long1 = "x".repeat(20_000);
        add(1, "S", 1, false, long1);
        add(1, "S", 2, false, "b");
        replies.drainAll(
                (stream, sequence, duplicate, buffer, offset, length) -> {
                    for (int i = 0; i < 3000; i++) {
                        add(2, "T", i, false, "more" + i);
                    }
                    see(stream, sequence, duplicate, buffer, offset, length);
                });
        assertThat(seen).containsExactly("S 1 " + long1, "S 2 b");
        seen.clear();
        assertThat(replies.drainAll(this::see)).isEqualTo(6000);
        assertThat(seen.get(3001)).isEqualTo("T 1 more1");
    }

    @Test
    void aVisitorThatFailsIsNotAskedTwice() {
        add(1, "S", 1, false, "a");
        add(1, "S", 2, false, "b");
        assertThatThrownBy(
                        () ->
                                replies.drainAll(
                                        (stream, sequence, duplicate, buffer, offset, length) -> {
                                            throw new UnsupportedOperationException();
                                        }))
                .isInstanceOf(UnsupportedOperationException.class);
        replies.drainAll(this::see);
        assertThat(seen).containsExactly("S 2 b");
    }

    @Test
    void aBurstIsForgottenWhenItIsOver() {
        long idle = replies.memoryBytes();
        for (int i = 0; i < 50_000; i++) {
            add(i, "S", i, false, "_INBOX.some.subject." + i);
        }
        assertThat(replies.memoryBytes()).isGreaterThan(1 << 20);
        replies.drainCommitted(49_998, this::see);
        assertThat(replies.drainAll(this::see)).isEqualTo(1);
        assertThat(seen.get(49_999)).isEqualTo("S 49999 _INBOX.some.subject.49999");
        assertThat(replies.memoryBytes()).isEqualTo(idle);
    }

    @Test
    void steadyTrafficHoldsNoMoreThanItsFirstMoments() {
        long settled = 0;
        for (int i = 100_000; i < 200_000; i++) {
            add(i, "S", i, false, "_INBOX.some.subject." + i);
            replies.drainCommitted(i - 500, (a, b, c, d, e, f) -> {});
            if (i == 102_000) {
                settled = replies.memoryBytes();
            }
        }
        assertThat(settled).isPositive();
        assertThat(replies.memoryBytes()).isEqualTo(settled);
    }

    private record Waiting(long number, String stream, String said) {}

    @Test
    void itAgreesWithAQueueWhateverHappens() {
        for (long seed = 0; seed < 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            PendingReplies<String> tested = new PendingReplies<>();
            ArrayDeque<Waiting> model = new ArrayDeque<>();
            int longest = 1 << random.nextInt(14);
            long number = 0;
            for (int step = 0; step < 3000; step++) {
                int dice = random.nextInt(100);
                if (dice < 90 - seed % 30) {
                    number += random.nextInt(2);
                    String stream = STREAMS[random.nextInt(3)];
                    boolean duplicate = random.nextInt(5) == 0;
                    int length = random.nextInt(longest);
                    byte[] reply = "x".repeat(length).getBytes(ISO_8859_1);
                    for (int i = 0; i < length; i++) {
                        reply[i] += (byte) ((step + i) % 7);
                    }
                    String text = new String(reply, ISO_8859_1);
                    model.add(new Waiting(number, stream, said(stream, step, duplicate, text)));
                    if (duplicate) {
                        tested.addDuplicate(number, stream, step, reply, 0, length);
                    } else {
                        tested.add(number, stream, step, reply, 0, length);
                    }
                } else if (dice < 98) {
                    drain(seed, tested, model, Math.max(0, number - random.nextInt(60)));
                } else if (dice == 98) {
                    String stream = STREAMS[random.nextInt(3)];
                    int before = model.size();
                    model.removeIf(waiting -> waiting.stream().equals(stream));
                    assertThat(tested.forget(stream)).isEqualTo(before - model.size());
                } else {
                    drain(seed, tested, model, Long.MAX_VALUE);
                }
                assertThat(tested.size()).as("seed %d", seed).isEqualTo(model.size());
            }
            drain(seed, tested, model, Long.MAX_VALUE);
        }
    }

    private void drain(
            long seed, PendingReplies<String> tested, ArrayDeque<Waiting> model, long committed) {
        seen.clear();
        tested.drainCommitted(committed, this::see);
        List<String> expected = new ArrayList<>();
        while (!model.isEmpty() && model.peek().number() <= committed) {
            expected.add(model.remove().said());
        }
        assertThat(seen).as("seed %d", seed).isEqualTo(expected);
    }
}
