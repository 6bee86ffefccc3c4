package io.millrace.runtime;

import java.security.SecureRandom;
import java.util.SplittableRandom;

/**
 * The only door to chance. A loop owns its own source, so draws need no lock; a simulation hands in
 * seeded ones and can be repeated.
 */
public interface Randomness {
    /** Uniform in {@code [0, bound)}; cheap, not for secrets. */
    int nextInt(int bound);

    /** Uniform 64 bits; cheap, not for secrets. */
    long nextLong();

    /** Fills {@code into} with bytes fit for keys and nonces. */
    void nextSecret(byte[] into);

    /** A source of its own for another owner. */
    Randomness split();

    /** Unpredictable numbers from the machine. */
    static Randomness system() {
        return new SystemRandomness(new SplittableRandom());
    }

    /** Repeatable numbers, secrets included: tests only. */
    static Randomness seeded(long seed) {
        return new SeededRandomness(new SplittableRandom(seed));
    }

    /** The machine's entropy for secrets, a fast generator for everything else. */
    final class SystemRandomness implements Randomness {
        private final SplittableRandom fast;

        SystemRandomness(SplittableRandom fast) {
            this.fast = fast;
        }

        @Override
        public int nextInt(int bound) {
            return fast.nextInt(bound);
        }

        @Override
        public long nextLong() {
            return fast.nextLong();
        }

        @Override
        public void nextSecret(byte[] into) {
            Secrets.SOURCE.nextBytes(into);
        }

        @Override
        public Randomness split() {
            return new SystemRandomness(fast.split());
        }

        /** Opened on first use: most test servers never need it. */
        private static final class Secrets {
            static final SecureRandom SOURCE = new SecureRandom();
        }
    }

    /** Everything from one seed. */
    final class SeededRandomness implements Randomness {
        private final SplittableRandom source;

        SeededRandomness(SplittableRandom source) {
            this.source = source;
        }

        @Override
        public int nextInt(int bound) {
            return source.nextInt(bound);
        }

        @Override
        public long nextLong() {
            return source.nextLong();
        }

        @Override
        public void nextSecret(byte[] into) {
            source.nextBytes(into);
        }

        @Override
        public Randomness split() {
            return new SeededRandomness(source.split());
        }
    }
}
