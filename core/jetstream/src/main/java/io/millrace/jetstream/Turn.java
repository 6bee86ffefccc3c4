package io.millrace.jetstream;

import io.millrace.net.NetLoop;
import io.millrace.store.Store;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What JetStream does once a turn of the loop has taken in what the connections brought: answers,
 * deliveries, and one request for a commit of everything that was written. Owned by the loop.
 */
/* While a message is routed nothing may be published, and a sync for each message would be slow: so
 * whoever hears something notes what follows from it here. What a turn has brought is answered in
 * it, so that nobody can ask faster than he is answered; deliveries beyond a turn's share go on in
 * the next one, with the connections served in between. */
final class Turn {
    /** Deliveries of all consumers in one turn. */
    private static final int DELIVERIES_PER_TURN = 1024;

    private final NetLoop loop;
    private final Store store;
    private final Commits commits;
    private final Runnable running = this::run;
    private final Runnable waking = this::wake;
    private final Runnable piece = this::piece;
    private final Runnable nextPiece;
    private final List<Stream> written = new ArrayList<>();
    private final ArrayDeque<Runnable> sayings = new ArrayDeque<>();
    private final ArrayDeque<Runnable> requests = new ArrayDeque<>();
    private final ArrayDeque<Consumer> ready = new ArrayDeque<>();
    private final List<Consumer> changed = new ArrayList<>();
    private final ArrayDeque<Piecemeal> works = new ArrayDeque<>();
    private boolean awake;
    private long wokenAtNanos;
    private long asked;

    /** Something that takes long, in pieces of about a millisecond. */
    interface Piecemeal {
        /** Does a piece. Returns whether there is another one. */
        boolean goOn();
    }

    Turn(NetLoop loop, Store store, Commits commits) {
        this.loop = loop;
        this.nextPiece = () -> loop.execute(piece);
        this.store = store;
        this.commits = commits;
    }

    /** Makes sure that {@link #run} comes at the end of this turn. */
    void wake() {
        if (!awake) {
            awake = true;
            wokenAtNanos = loop.clock().nanoTime();
            loop.atEndOfTurn(running);
        }
    }

    /** A stream has got messages; once a turn each. */
    void wrote(Stream stream) {
        written.add(stream);
        wake();
    }

    /** Something small to be sent or done as soon as the delivery in hand is over. */
    void soon(Runnable saying) {
        sayings.add(saying);
        wake();
    }

    /** A request of the API, to be answered in its turn. */
    void request(Runnable handling) {
        requests.add(handling);
        wake();
    }

    /** Something that takes long: one piece a turn, of one work after the other. */
    void piecemeal(Piecemeal work) {
        if (works.isEmpty()) {
            loop.execute(piece);
        }
        works.add(work);
    }

    /* A task of its own, since what it writes makes the end of a turn come once more; and asked for at
     * the end of a turn, since tasks asked for by tasks may be run in the same one. */
    private void piece() {
        Piecemeal work = works.peek();
        if (work != null && work.goOn()) {
            works.add(work);
        }
        works.poll();
        if (!works.isEmpty()) {
            loop.atEndOfTurn(nextPiece);
        }
        wake();
    }

    /** How many requests wait. */
    int requestsWaiting() {
        return requests.size();
    }

    /** A consumer may have something to deliver; a consumer is in the queue once. */
    void ready(Consumer consumer) {
        ready.add(consumer);
        wake();
    }

    /** A consumer's state has changed and has to be journalled; once a turn each. */
    void changed(Consumer consumer) {
        changed.add(consumer);
        wake();
    }

    private void run() {
        awake = false;
        long began = wokenAtNanos;
        for (int i = 0; i < written.size(); i++) {
            written.get(i).turnEnded();
        }
        written.clear();
        say();
        for (int i = requests.size(); i > 0; i--) {
            requests.remove().run();
        }
        int left = DELIVERIES_PER_TURN;
        for (int i = ready.size(); i > 0 && left > 0; i--) {
            left -= ready.remove().deliver(left);
        }
        say();
        for (int i = 0; i < changed.size(); i++) {
            changed.get(i).journal();
        }
        changed.clear();
        long appended = store.appended();
        if (appended != asked) {
            asked = appended;
            commits.written(appended, began);
            store.requestCommit();
        }
        if (!ready.isEmpty() || !requests.isEmpty() || !sayings.isEmpty()) {
            loop.execute(waking);
        }
    }

    private void say() {
        for (int i = sayings.size(); i > 0; i--) {
            sayings.remove().run();
        }
    }
}
