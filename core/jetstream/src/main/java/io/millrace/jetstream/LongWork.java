package io.millrace.jetstream;

import io.millrace.runtime.Timer;
import io.millrace.store.StoreException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What takes a stream longer than a turn may take: done piece by piece, one work after the other,
 * while those who would see it half done wait. Owned by the loop.
 */
final class LongWork extends Timer implements Turn.Piecemeal {
    /** Messages looked at or taken out in one piece. */
    static final int PIECE = 500;

    /** Pieces of a work that are done at once in a small stream: with them, most works are. */
    private static final int AT_ONCE = 30;

    /** In a stream of so many messages a piece is next to nothing. */
    private static final int SMALL = 2000;

    /** How long to wait when too much waits for the disk. */
    private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** One work. */
    interface Work {
        /** Does a piece. Returns whether there is another one. */
        boolean goOn() throws StoreException;

        /** Whether nobody may see it half done: nothing is delivered until it is over. */
        boolean isHidden();

        /** Whether it changes the stream: who asks about that waits for its end. */
        default boolean changes() {
            return true;
        }

        /** It has come to its end, or to nothing. */
        void ended(@Nullable StoreException failed);
    }

    private final Stream stream;
    private final ArrayDeque<Work> works = new ArrayDeque<>();
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean queued;
    private int changing;

    LongWork(Stream stream) {
        this.stream = stream;
    }

    /** Whether something is being changed, or is about to be. */
    boolean isBusy() {
        return changing > 0;
    }

    /** Whether something is half done that nobody may see so. */
    boolean isHidden() {
        Work now = works.peek();
        return now != null && now.isHidden();
    }

    /** Does the first pieces now, and with them all of what is small. Outside a delivery. */
    void begin(Work work) {
        works.add(work);
        changing += work.changes() ? 1 : 0;
        if (queued || works.size() > 1) {
            return;
        }
        int most = stream.store().messages() <= SMALL ? AT_ONCE : 1;
        for (int pieces = 0; pieces < most; pieces++) {
            if (!piece() || queued) {
                return;
            }
        }
        queue();
    }

    private void queue() {
        queued = true;
        stream.engine().turn().piecemeal(this);
    }

    /** Does something when no work is half done. */
    void whenIdle(Runnable waits) {
        if (isBusy()) {
            waiting.add(waits);
        } else {
            waits.run();
        }
    }

    @Override
    public boolean goOn() {
        boolean more = piece();
        queued = more;
        return more;
    }

    private boolean piece() {
        Work now = works.peek();
        if (now == null || stream.isClosed()) {
            return false;
        }
        try {
            if (now.goOn()) {
                return true;
            }
            end(now, null);
        } catch (StoreException failed) {
            if (failed.code() == StoreException.Code.BUSY) {
                stream.engine().timers().schedule(this, BUSY_NANOS);
                return false;
            }
            end(now, failed);
        }
        return !works.isEmpty();
    }

    @Override
    protected void fire() {
        if (!works.isEmpty() && !queued) {
            queue();
        }
    }

    /**
     * Does all that is hidden at once, for who cannot wait; those who do are told a little later.
     */
    void finishHidden() throws StoreException {
        Work now = works.peek();
        if (now != null && now.isHidden()) {
            boolean more = true;
            while (more) {
                more = now.goOn();
            }
        }
    }

    /** The stream is gone: who waited for something to be found out in it hears so. */
    void streamGone(StoreException why) {
        for (Work work : List.copyOf(works)) {
            if (!work.changes()) {
                works.remove(work);
                work.ended(why);
            }
        }
    }

    private void end(Work ended, @Nullable StoreException failed) {
        works.remove(ended);
        changing -= ended.changes() ? 1 : 0;
        ended.ended(failed);
        while (!isBusy() && !waiting.isEmpty()) {
            waiting.remove().run();
        }
    }
}
