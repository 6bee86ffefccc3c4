package io.millrace.monitor;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something that is made when it is first asked for. Any thread. */
final class OnDemand<T> implements Supplier<T> {
    private final Supplier<T> making;
    private @Nullable T made;

    OnDemand(Supplier<T> making) {
        this.making = making;
    }

    @Override
    public synchronized T get() {
        T known = made;
        if (known == null) {
            known = making.get();
            made = known;
        }
        return known;
    }
}
