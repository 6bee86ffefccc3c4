package io.millrace.broker;

import io.millrace.micro.MicroBenchmark;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Interest that changes: what a SUB and its UNSUB cost beside many others. */
public class ChurnBenchmark extends MicroBenchmark {
    /** How many subscriptions stay. */
    @Param({"100", "100000", "1000000"})
    public int subscriptions = 100;

    private final Account account = new Account("A");
    private final MatchCache cache = new MatchCache();
    private final Population population = new Population("wildcard");
    private byte[] subject = new byte[0];
    private int next;

    @Setup
    public void fill() {
        population.fill(account.interest(), subscriptions);
        subject = population.asked(subscriptions)[0];
        next = subscriptions;
    }

    /** One comes and goes. */
    @Benchmark
    public Subscription comeAndGo() {
        Subscription one = population.subscription(next++);
        account.interest().add(one);
        account.interest().remove(one);
        return one;
    }

    /** The same with a publish between, whose remembered answer is worth nothing each time. */
    @Benchmark
    public MatchResult comePublishAndGo() {
        Subscription one = population.subscription(next++);
        account.interest().add(one);
        MatchResult result = cache.match(account, subject, 0, subject.length);
        account.interest().remove(one);
        return result;
    }
}
