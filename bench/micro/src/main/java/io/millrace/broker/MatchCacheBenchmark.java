package io.millrace.broker;

import io.millrace.micro.MicroBenchmark;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The memory of recent subjects, before 100,000 wildcard subscriptions. */
public class MatchCacheBenchmark extends MicroBenchmark {
    private static final int SUBSCRIPTIONS = 100_000;

    /** Subjects published in turn: all remembered, or far more than can be. A power of two. */
    @Param({"1", "64", "4096"})
    public int subjects = 1;

    private final Account account = new Account("A");
    private final MatchCache cache = new MatchCache();
    private byte[][] asked = new byte[0][];
    private int next;

    @Setup
    public void fill() {
        Population population = new Population("wildcard");
        population.fill(account.interest(), SUBSCRIPTIONS);
        asked = population.asked(SUBSCRIPTIONS);
    }

    @Benchmark
    public MatchResult match() {
        byte[] subject = asked[next++ & (subjects - 1)];
        return cache.match(account, subject, 0, subject.length);
    }
}
