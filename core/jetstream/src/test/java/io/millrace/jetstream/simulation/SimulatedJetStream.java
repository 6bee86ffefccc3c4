package io.millrace.jetstream.simulation;

import io.millrace.broker.Server;
import io.millrace.config.JetStreamLimits;
import io.millrace.config.JetStreamOptions;
import io.millrace.config.LimitsOptions;
import io.millrace.config.OptionsBuilder;
import io.millrace.jetstream.JetStream;
import io.millrace.jetstream.api.ApiException;
import io.millrace.runtime.Log;
import io.millrace.runtime.Randomness;
import io.millrace.store.Store;
import io.millrace.store.StoreException;
import io.millrace.store.StoreOptions;
import io.millrace.testkit.KeptLog;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.SimulatedDisk;
import io.millrace.testkit.SimulatedLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A whole server with JetStream on one thread: the network, the disk and the time are the test's.
 * It can be started again on what its disk has kept. Owned by one test.
 */
/* Committer and keeper are turns that the test takes, between those of the loop. What they hand to
 * the loop waits for its next turn, as it would if they were threads. */
final class SimulatedJetStream {
    static final Path DIRECTORY = Path.of("/data/jetstream");
    private static final long PIECE_NANOS = Duration.ofMillis(1).toNanos();
    private static final long ROOM = 1L << 40;
    private static final long NEVER_NANOS = Duration.ofDays(10_000).toNanos();
    private static final int STORY_LINES = Integer.getInteger("millrace.story", 40);
    private static final int TURNS_MAX = 200_000;

    final ManualClock clock = new ManualClock();
    final SimulatedDisk disk;

    /** Warnings and errors of the server. */
    final List<String> complaints = new ArrayList<>();

    private final ArrayDeque<String> story = new ArrayDeque<>();
    private final StoreOptions options;
    private final Randomness chance;
    private final Log log = KeptLog.ofWarnings(complaints);
    private SimulatedLoop loop;
    private Store store;

    SimulatedJetStream(long seed, StoreOptions options) {
        this.options = options;
        this.disk = new SimulatedDisk(seed);
        this.chance = Randomness.seeded(seed);
        this.loop = new SimulatedLoop(clock);
    }

    /** Starts a server on what the disk holds; the one before is gone without a trace. */
    void start() throws StoreException {
        loop = new SimulatedLoop(clock);
        Server server = new Server(serverOptions(), loop, chance.split(), log, Runnable::run);
        store = Store.open(disk, DIRECTORY, options, clock, log, chance.split(), loop::execute);
        JetStream jetstream = new JetStream(server, store, ROOM, ROOM, log, chance.split());
        try {
            jetstream.start();
            while (jetstream.bringBackSome(PIECE_NANOS)) {
                loop.turn();
            }
        } catch (ApiException refused) {
            throw new AssertionError(refused);
        }
        try {
            server.listen();
        } catch (IOException refused) {
            throw new AssertionError(refused);
        }
    }

    private static io.millrace.config.Options serverOptions() {
        OptionsBuilder options = new OptionsBuilder();
        options.limits =
                new LimitsOptions(
                        65536,
                        0,
                        0,
                        4096,
                        1 << 20,
                        64L << 20,
                        NEVER_NANOS,
                        NEVER_NANOS,
                        2,
                        100,
                        false);
        options.jetstream =
                new JetStreamOptions(
                        true,
                        DIRECTORY.toString(),
                        ROOM,
                        ROOM,
                        null,
                        true,
                        0,
                        128L << 20,
                        100_000,
                        10_000,
                        10_000,
                        4096,
                        JetStreamLimits.DEFAULTS);
        return options.build();
    }

    WireClient connect() {
        return new WireClient(loop.connect(), this::tell);
    }

    /** What happened last, for who reads a failure. */
    String story() {
        return String.join("\n", story);
    }

    void tell(String event) {
        if (story.size() == STORY_LINES) {
            story.removeFirst();
        }
        story.add(clock.nanoTime() / 1_000_000 + " ms " + event);
    }

    /** The store, for who wants to know what it has committed. */
    Store store() {
        return store;
    }

    boolean turn() {
        return loop.turn();
    }

    boolean commit() {
        int[] done = {0};
        loop.elsewhere(() -> done[0] = store.commitWork());
        return done[0] > 0;
    }

    boolean keep() {
        int[] done = {0};
        loop.elsewhere(() -> done[0] = store.keeperWork());
        return done[0] > 0;
    }

    /** Lets loop and committer work until nothing is left to be done at this time. */
    void settle() {
        for (int turns = 0; turn() || commit(); turns++) {
            if (turns > TURNS_MAX) {
                throw new AssertionError("the server never comes to rest");
            }
        }
    }

    /** Nanoseconds until the loop has an appointment; -1 when it has none. */
    long nanosToNext() {
        return loop.timers().nanosToNext();
    }

    /** Moves the time without letting anything happen. */
    void pass(long nanos) {
        clock.advance(Duration.ofNanos(nanos));
    }

    /** Lets time pass, and everything happen that is due on the way. */
    void advance(Duration duration) {
        long until = clock.nanoTime() + duration.toNanos();
        settle();
        for (long left = until - clock.nanoTime(); left > 0; left = until - clock.nanoTime()) {
            long next = nanosToNext();
            pass(next < 0 ? left : Math.min(left, Math.max(next, 1)));
            settle();
        }
    }
}
