package io.millrace.jetstream.simulation;

import java.util.function.Supplier;

/** Words about an assertion that are put together only when it fails. Owned by one simulation. */
record Described(Supplier<String> words) {
    @Override
    public String toString() {
        return words.get();
    }
}
