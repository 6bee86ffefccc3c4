package io.millrace.jetstream;

import io.millrace.store.PurgeRun;
import io.millrace.store.StoreException;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Takes out of a stream what a purge by subject asks for, piece by piece. On the loop. */
final class StreamPurge implements LongWork.Work {
    private final Stream stream;
    private final PurgeRun run;
    private final LongConsumer done;
    private final Consumer<StoreException> failed;

    /**
     * Prepares one.
     *
     * @param done hears how many messages were taken out
     * @param failed hears why it could not go on; what is out is out
     */
    StreamPurge(Stream stream, PurgeRun run, LongConsumer done, Consumer<StoreException> failed) {
        this.stream = stream;
        this.run = run;
        this.done = done;
        this.failed = failed;
    }

    @Override
    public boolean goOn() throws StoreException {
        long before = run.purged();
        boolean more = run.goOn(LongWork.PIECE);
        if (run.purged() > before) {
            stream.tookOut();
        }
        return more;
    }

    @Override
    public boolean isHidden() {
        return true;
    }

    @Override
    public void ended(@Nullable StoreException why) {
        stream.purged();
        if (why == null) {
            done.accept(run.purged());
        } else {
            failed.accept(why);
        }
    }
}
