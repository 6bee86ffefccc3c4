package io.millrace.monitor.metrics;

import java.lang.ref.WeakReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that is dear to make and can be used again: the next one takes what the last one has
 * put back, unless the memory was wanted meanwhile. Any thread.
 */
final class Spare<T> {
    private final Supplier<T> making;
    private WeakReference<T> spare = new WeakReference<>(null);

    Spare(Supplier<T> making) {
        this.making = making;
    }

    /** The caller is its owner from now on. */
    T take() {
        T known = taken();
        return known == null ? making.get() : known;
    }

    private synchronized @Nullable T taken() {
        T known = spare.get();
        spare.clear();
        return known;
    }

    /** The caller does not own it any more. */
    synchronized void putBack(T used) {
        spare = new WeakReference<>(used);
    }
}
