package io.millrace.bridges.matrix;

import io.millrace.bridges.common.NatsLink;
import io.millrace.bridges.common.Program;
import io.millrace.bridges.common.Surroundings;
import io.millrace.runtime.Threads;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** All rooms and their commands, each on a virtual thread of its own. */
final class MatrixBridge implements Program.Bridge {
    private static final int STOP_SECONDS = 8;

    private final NatsLink link;
    private final HttpHomeserver homeserver;

    /** Its calls take half a minute, and none of them matters at the end. */
    private final HttpHomeserver reading;

    private final CountDownLatch running;

    private MatrixBridge(
            NatsLink link, HttpHomeserver homeserver, HttpHomeserver reading, int threads) {
        this.link = link;
        this.homeserver = homeserver;
        this.reading = reading;
        this.running = new CountDownLatch(threads);
    }

    static MatrixBridge open(MatrixSettings settings, Surroundings around) {
        NatsLink link = NatsLink.open(settings.nats(), "millrace-matrix", around);
        HttpHomeserver homeserver =
                new HttpHomeserver(settings.homeserver(), settings.token(), around.log());
        TokenBucket bucket =
                new TokenBucket(around.clock(), settings.perSecond(), settings.burst());
        CommandRule commands = settings.commands();
        HttpHomeserver reading =
                new HttpHomeserver(settings.homeserver(), settings.token(), around.log());
        MatrixBridge bridge =
                new MatrixBridge(
                        link,
                        homeserver,
                        reading,
                        settings.rooms().size() + (commands == null ? 0 : 1));
        Executor threads = Threads.blocking("room");
        for (RoomRule rule : settings.rooms()) {
            StreamFeed feed = new StreamFeed(link, rule, around.log());
            RoomDelivery room = new RoomDelivery(rule, feed, homeserver, bucket, around);
            threads.execute(() -> bridge.run(room::run));
        }
        if (commands != null) {
            CommandBoard board = new CommandBoard.InNats(link, commands);
            CommandLoop loop = new CommandLoop(commands, board, reading, bucket, around);
            threads.execute(() -> bridge.run(loop::run));
        }
        return bridge;
    }

    private void run(Runnable body) {
        try {
            body.run();
        } finally {
            running.countDown();
        }
    }

    @Override
    public void close() {
        reading.close();
        try {
            // A message that is being sent is waited for, so that it is acknowledged as well.
            if (!running.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                homeserver.close();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        link.close();
    }
}
