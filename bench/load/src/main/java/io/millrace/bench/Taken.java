package io.millrace.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * What the samples of one load have shown. One thread.
 *
 * <p>Each pair holds one sample of each side, in the order of the sides.
 */
final class Taken {
    private final Load load;
    private final List<List<Figures>> pairs = new ArrayList<>();
    private String failure = "";

    Taken(Load load) {
        this.load = load;
    }

    Load load() {
        return load;
    }

    void add(List<Figures> pair) {
        pairs.add(List.copyOf(pair));
    }

    void fail(String reason) {
        failure = reason;
    }

    /** Why it ended early; empty if it did not. */
    String failure() {
        return failure;
    }

    List<List<Figures>> pairs() {
        return List.copyOf(pairs);
    }
}
