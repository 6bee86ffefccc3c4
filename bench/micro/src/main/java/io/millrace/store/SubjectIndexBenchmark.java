package io.millrace.store;

import io.millrace.micro.MicroBenchmark;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** A stream's subject index: sites of a thousand devices with one subject each. */
public class SubjectIndexBenchmark extends MicroBenchmark {
    private static final int SITES = 1_000;
    private static final int FILLED = 100_000;
    private static final int ASKED = 4096;

    /** How many subjects the stream has. */
    @Param({"100000", "1000000"})
    public int stored = FILLED;

    private final SubjectIndex index = new SubjectIndex();
    private final byte[][] known = new byte[ASKED][];
    private final byte[][] others = new byte[ASKED][];
    private final SubjectFilter[] ofOneDevice = new SubjectFilter[ASKED];
    private final SubjectFilter[] ofOneSite = new SubjectFilter[ASKED];
    private byte[][] first = new byte[0][];
    private long sequence;
    private int next;

    @Setup
    public void fill() {
        first = new byte[Math.min(FILLED, stored)][];
        for (int i = 0; i < stored; i++) {
            byte[] subject = subject(i);
            index.add(subject, 0, subject.length, ++sequence);
            if (i < first.length) {
                first[i] = subject;
            }
        }
        for (int i = 0; i < ASKED; i++) {
            int number = (int) (i * 7_919L % stored);
            known[i] = subject(number);
            others[i] = subject(stored + number);
            ofOneDevice[i] = SubjectFilter.of("site.*.device." + number);
            ofOneSite[i] = SubjectFilter.of("site." + number % SITES + ".device.*");
        }
    }

    private static byte[] subject(int number) {
        String text = "site." + number % SITES + ".device." + number;
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private int turn() {
        return next++ & (ASKED - 1);
    }

    /** One more message of a subject that is there: what each publish does. */
    @Benchmark
    public long anotherMessage() {
        byte[] subject = known[turn()];
        index.add(subject, 0, subject.length, ++sequence);
        return sequence;
    }

    /** A new subject comes and goes. */
    @Benchmark
    public long newSubject() {
        byte[] subject = others[turn()];
        index.add(subject, 0, subject.length, ++sequence);
        index.remove(subject, 0, subject.length, sequence);
        return sequence;
    }

    /** The newest message of one subject: what each KV get does. */
    @Benchmark
    public long lastOfSubject() {
        byte[] subject = known[turn()];
        return index.find(subject, 0, subject.length) ? index.last() : 0;
    }

    /** One subject found by a wildcard before it, which stands for a thousand values. */
    @Benchmark
    public long wildcardInFront() throws StoreException {
        return visited(ofOneDevice[turn()]);
    }

    /** All subjects of one site: one in a thousand of all. */
    @Benchmark
    public long wildcardBehind() throws StoreException {
        return visited(ofOneSite[turn()]);
    }

    private long visited(SubjectFilter filter) throws StoreException {
        long[] sum = new long[1];
        SubjectIndex.Cursor at = index.cursor();
        filter.forEach(
                at,
                (subject, length) -> {
                    sum[0] += at.last();
                    return true;
                });
        if (sum[0] == 0) {
            throw new IllegalStateException(filter + " matches something");
        }
        return sum[0];
    }

    /** A hundred thousand new subjects, from the first on. */
    @Benchmark
    @OperationsPerInvocation(FILLED)
    public long build() {
        SubjectIndex built = new SubjectIndex();
        for (int i = 0; i < first.length; i++) {
            built.add(first[i], 0, first[i].length, i + 1);
        }
        return built.bytes();
    }
}
