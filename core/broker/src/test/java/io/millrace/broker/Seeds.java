package io.millrace.broker;

import java.util.stream.LongStream;

/**
 * Which seeds a random test runs: {@code -Dmillrace.seeds=N} for how many, {@code
 * -Dmillrace.seed=S} for one alone.
 */
final class Seeds {
    private Seeds() {}

    static LongStream orElse(int count) {
        Long one = Long.getLong("millrace.seed");
        return one != null
                ? LongStream.of(one)
                : LongStream.rangeClosed(1, Long.getLong("millrace.seeds", count));
    }
}
