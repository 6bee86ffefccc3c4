package io.millrace.bridges.common;

import io.millrace.runtime.Log;
import io.millrace.runtime.Threads;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connection to NATS, made again whenever it is lost, even for a login that was refused: the
 * server's configuration may be mended while we wait. Any thread.
 */
public final class NatsLink implements AutoCloseable {
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final String PART = "nats";

    private final Options options;
    private final Pauses pauses;
    private final Health health;
    private final Log log;
    private final List<Need> needs = new CopyOnWriteArrayList<>();
    private volatile @Nullable Connection connection;

    /** What has to be there before the bridge can do its work. */
    public interface Provision {
        /**
         * Sees to it; it may block.
         *
         * @throws IOException when it is not there; it is tried again soon
         */
        void provide(Connection connection) throws IOException;
    }

    private NatsLink(NatsSettings settings, String name, Surroundings around) {
        this.pauses = around.pauses();
        this.health = around.health();
        this.log = around.log();
        this.options =
                settings.options(name)
                        .errorListener(new Complaints(log))
                        .connectionListener((connection, event) -> hear(event))
                        .build();
    }

    private void hear(ConnectionListener.Events event) {
        // An attempt that fails is told of by whoever made it.
        boolean lost = event == ConnectionListener.Events.DISCONNECTED && connection != null;
        if (lost && !pauses.isEnding()) {
            say("the connection to NATS is lost");
        }
    }

    /** Begins to connect and returns at once. */
    public static NatsLink open(NatsSettings settings, String name, Surroundings around) {
        NatsLink link = new NatsLink(settings, name, around);
        around.health().trouble(PART, "not connected yet");
        around.metrics()
                .gauge(
                        "millrace_bridge_nats_connected",
                        "Whether the bridge is connected to NATS.",
                        () -> link.isUp() ? 1 : 0);
        Threads.blocking("nats-link").execute(link::keep);
        return link;
    }

    private void keep() {
        try {
            do {
                look();
            } while (pauses.pause(RETRY_NANOS));
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Has {@code provision} made after each time that the connection was made, and again until it
     * succeeds. Until then {@code part} is in trouble.
     */
    public void needs(String part, Provision provision) {
        health.trouble(part, "is not there yet");
        Need need = new Need(part, provision);
        needs.add(need);
        Connection known = connection;
        if (known != null && isUp()) {
            need.see(known, false);
        }
    }

    private void look() throws InterruptedException {
        Connection known = connection;
        if (known == null || known.getStatus() == Connection.Status.CLOSED) {
            connection = null;
            try {
                connection = Nats.connect(options);
            } catch (IOException away) {
                say("cannot connect to NATS: " + away.getMessage());
                return;
            }
        }
        Connection up = connection;
        if (up != null && isUp()) {
            boolean isNew = health.troubles().containsKey(PART);
            for (Need need : needs) {
                need.see(up, isNew);
            }
            if (isNew && isUp() && health.well(PART)) {
                log.info("connected to NATS");
            }
        } else {
            say("the connection to NATS is lost");
        }
    }

    private void say(String trouble) {
        if (health.trouble(PART, trouble)) {
            log.warn(trouble);
        }
    }

    /** One of the things that we need. Any thread, one after the other. */
    private final class Need {
        private final String part;
        private final Provision provision;
        private boolean isThere;

        Need(String part, Provision provision) {
            this.part = part;
            this.provision = provision;
        }

        synchronized void see(Connection up, boolean isNew) {
            if (isThere && !isNew) {
                return;
            }
            isThere = false;
            try {
                provision.provide(up);
                isThere = true;
                health.well(part);
            } catch (IOException | RuntimeException failed) {
                // Whatever it does, the connection is looked after.
                String what = String.valueOf(failed.getMessage());
                if (health.trouble(part, what)) {
                    log.warn(part + ": " + what);
                }
            }
        }
    }

    public boolean isUp() {
        Connection known = connection;
        return known != null && known.getStatus() == Connection.Status.CONNECTED;
    }

    /**
     * The connection.
     *
     * @throws IOException when there is none at the moment
     */
    public Connection connection() throws IOException {
        Connection known = connection;
        if (known == null || known.getStatus() != Connection.Status.CONNECTED) {
            throw new IOException("not connected to NATS");
        }
        return known;
    }

    @Override
    public void close() {
        Connection known = connection;
        if (known != null) {
            try {
                known.close();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What the client library has to say goes to our log, and nowhere else. */
    private record Complaints(Log log) implements ErrorListener {
        @Override
        public void errorOccurred(Connection connection, String error) {
            log.warn("NATS says: " + error);
        }

        @Override
        public void exceptionOccurred(Connection connection, Exception exception) {
            log.debug("NATS client: " + exception);
        }
    }
}
