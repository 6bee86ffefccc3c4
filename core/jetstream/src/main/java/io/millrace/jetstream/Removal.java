package io.millrace.jetstream;

import io.millrace.store.RemovalRun;
import io.millrace.store.StoreException;
import io.millrace.store.TrimRun;
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Takes many messages out of a stream, piece by piece. On the loop. */
final class Removal implements LongWork.Work {
    private final Stream stream;
    private final ArrayDeque<RemovalRun> runs;
    private final boolean hidden;
    private final long roomFor;
    private final LongConsumer done;
    private final Consumer<StoreException> failed;
    private long removed;

    /**
     * Prepares one.
     *
     * @param hidden whether nobody may see it half done
     * @param roomFor the number of what it makes room for; 0 for nothing
     * @param done hears how many messages were taken out
     * @param failed hears why it could not go on; what is out is out
     */
    Removal(
            Stream stream,
            List<? extends RemovalRun> runs,
            boolean hidden,
            long roomFor,
            LongConsumer done,
            Consumer<StoreException> failed) {
        this.stream = stream;
        this.runs = new ArrayDeque<>(runs);
        this.hidden = hidden;
        this.roomFor = roomFor;
        this.done = done;
        this.failed = failed;
    }

    @Override
    public boolean goOn() throws StoreException {
        RemovalRun run = runs.peek();
        if (run == null) {
            return false;
        }
        if (!piece(run)) {
            runs.remove();
            if (run instanceof TrimRun && run.removed() > 0) {
                stream.purged(); // who was behind the subjects' oldest goes on where they end
            }
        }
        return !runs.isEmpty();
    }

    private boolean piece(RemovalRun run) throws StoreException {
        long before = run.removed();
        stream.store().makeRoomFor(roomFor);
        try {
            return run.goOn(LongWork.PIECE);
        } finally {
            stream.store().makeRoomFor(0);
            if (run.removed() > before) {
                removed += run.removed() - before;
                stream.tookOut();
            }
        }
    }

    @Override
    public boolean isHidden() {
        return hidden;
    }

    @Override
    public void ended(@Nullable StoreException why) {
        if (hidden) {
            stream.purged();
        }
        if (why == null) {
            done.accept(removed);
        } else {
            failed.accept(why);
        }
    }
}
