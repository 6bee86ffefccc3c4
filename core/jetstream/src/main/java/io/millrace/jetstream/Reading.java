package io.millrace.jetstream;

import io.millrace.store.StoreException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds something out about a stream, piece by piece: what comes meanwhile need not wait. */
final class Reading implements LongWork.Work {
    /** Subjects that are looked at in one piece. */
    static final int SUBJECTS = 4096;

    private final Piece piece;
    private final Runnable done;
    private final Consumer<StoreException> failed;

    /** A piece of it. */
    interface Piece {
        /** Returns whether there is another one. */
        boolean goOn() throws StoreException;
    }

    Reading(Piece piece, Runnable done, Consumer<StoreException> failed) {
        this.piece = piece;
        this.done = done;
        this.failed = failed;
    }

    @Override
    public boolean goOn() throws StoreException {
        return piece.goOn();
    }

    @Override
    public boolean isHidden() {
        return false;
    }

    @Override
    public boolean changes() {
        return false;
    }

    @Override
    public void ended(@Nullable StoreException why) {
        if (why == null) {
            done.run();
        } else {
            failed.accept(why);
        }
    }
}
