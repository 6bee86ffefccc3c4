package io.millrace.broker;

import io.millrace.micro.MicroBenchmark;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Who wants a subject: the account's tree asked, not the memory of recent subjects. */
public class MatcherBenchmark extends MicroBenchmark {
    /** See {@link Population}. */
    @Param({"literal", "wildcard", "queue"})
    public String shape = "literal";

    /** How many subscriptions the account has. */
    @Param({"100", "100000", "1000000"})
    public int subscriptions = 100;

    private final Interest interest = new Interest();
    private final MatchResult result = new MatchResult();
    private byte[][] asked = new byte[0][];
    private int next;

    @Setup
    public void fill() {
        Population population = new Population(shape);
        population.fill(interest, subscriptions);
        asked = population.asked(subscriptions);
    }

    /** One subject, another one each time. */
    @Benchmark
    public MatchResult match() {
        byte[] subject = asked[next++ & (Population.ASKED - 1)];
        result.clear();
        interest.match(subject, 0, subject.length, result);
        if (result.isEmpty()) {
            throw new IllegalStateException("somebody wants this");
        }
        return result;
    }
}
