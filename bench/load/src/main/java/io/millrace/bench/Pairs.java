package io.millrace.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/**
 * Measures the sides turn by turn: A B, B A, A B, so that what drifts on the machine meets both.
 * Only one server runs at a time. One thread; {@link #close} may be called by another.
 */
final class Pairs implements AutoCloseable {
    /** How long a server works before it is measured: a JVM compiles what it uses often. */
    private static final double WARM_SECONDS = 4;

    private final List<Side> sides;
    private final int count;
    private final boolean halfCore;
    private final Consumer<String> progress;
    private final List<ServerProcess> running = Collections.synchronizedList(new ArrayList<>());
    private int samples;

    Pairs(List<Side> sides, int count, boolean halfCore, Consumer<String> progress) {
        this.sides = sides;
        this.count = count;
        this.halfCore = halfCore;
        this.progress = progress;
    }

    /** Measures a load for so many seconds a sample; a failure is in what it returns. */
    Taken measure(Load load, double seconds) {
        Taken taken = new Taken(load);
        progress.accept(load.name() + ": " + load.line());
        try {
            double pace = load.pacedBy().isEmpty() ? 0 : pace(Loads.named(load.pacedBy()));
            if (load.stage().killed()) {
                reopening(load, seconds, taken);
            } else if (load.stage().fresh()) {
                freshly(load, seconds, pace, taken);
            } else {
                sharing(load, seconds, pace, taken);
            }
        } catch (IOException e) {
            taken.fail(String.valueOf(e.getMessage()).strip().replace('\n', ' '));
            progress.accept("  failed: " + taken.failure());
        }
        return taken;
    }

    /** Half of what the slower side can do. */
    private double pace(Load other) throws IOException {
        double least = Double.MAX_VALUE;
        for (Side side : sides) {
            ServerProcess server = start(side, other.stage());
            try {
                sample(other, server, 1, 0);
                Figures figures = sample(other, server, 2, 0);
                least = Math.min(least, figures.all().getFirst().value());
            } finally {
                stop(server);
            }
        }
        progress.accept("  pace: " + Unit.PER_SECOND.text(least / 2));
        return least / 2;
    }

    private void freshly(Load load, double seconds, double pace, Taken taken) throws IOException {
        for (Side side : sides) {
            // The first start of a program reads it from the disk.
            stop(start(side, load.stage()));
        }
        for (int pair = 0; pair < count; pair++) {
            List<Figures> both = new ArrayList<>(Collections.nCopies(sides.size(), new Figures()));
            for (int which : order(pair)) {
                ServerProcess server = start(sides.get(which), load.stage());
                try {
                    both.set(which, sample(load, server, seconds, pace));
                } finally {
                    stop(server);
                }
                say(pair, which, both.get(which));
            }
            taken.add(both);
        }
    }

    private void reopening(Load load, double seconds, Taken taken) throws IOException {
        List<Reopening> left = new ArrayList<>();
        try {
            for (Side side : sides) {
                ServerProcess server = start(side, load.stage());
                sample(load, server, seconds, 0);
                running.remove(server);
                left.add(new Reopening(side, load.stage(), halfCore, server.kill()));
            }
            for (int pair = 0; pair < count; pair++) {
                List<Figures> both =
                        new ArrayList<>(Collections.nCopies(sides.size(), new Figures()));
                for (int which : order(pair)) {
                    both.set(which, left.get(which).sample());
                    say(pair, which, both.get(which));
                }
                taken.add(both);
            }
        } finally {
            for (Reopening store : left) {
                store.close();
            }
        }
    }

    private void sharing(Load load, double seconds, double pace, Taken taken) throws IOException {
        List<ServerProcess> servers = new ArrayList<>();
        try {
            for (Side side : sides) {
                ServerProcess server = start(side, load.stage());
                servers.add(server);
                sample(load, server, Math.min(WARM_SECONDS, seconds * 2), pace);
                server.pause();
            }
            for (int pair = 0; pair < count; pair++) {
                List<Figures> both =
                        new ArrayList<>(Collections.nCopies(sides.size(), new Figures()));
                for (int which : order(pair)) {
                    servers.get(which).resume();
                    both.set(which, sample(load, servers.get(which), seconds, pace));
                    servers.get(which).pause();
                    say(pair, which, both.get(which));
                }
                taken.add(both);
            }
        } finally {
            for (ServerProcess server : servers) {
                stop(server);
            }
        }
    }

    private List<Integer> order(int pair) {
        if (sides.size() == 1) {
            return List.of(0);
        }
        return pair % 2 == 0 ? List.of(0, 1) : List.of(1, 0);
    }

    private void say(int pair, int which, Figures figures) {
        progress.accept(
                "  %d %s: %s".formatted(pair + 1, sides.get(which).label(), figures.brief()));
    }

    private Figures sample(Load load, ServerProcess server, double seconds, double pace)
            throws IOException {
        samples++;
        String token = "t" + samples + "k";
        Figures figures;
        try {
            figures =
                    Loader.run(
                            load, new Trial.Aim(server.port(), server.pid(), seconds, pace, token));
        } catch (IOException e) {
            throw server.isAlive() ? e : new IOException("the server ended: " + server.log(), e);
        }
        if (load.stage().fresh()) {
            figures.add("start to first PONG", Unit.NANOS, server.startNanos());
            figures.add("CPU until then", Unit.NANOS, server.startCpuNanos());
        }
        Cgroup cgroup = server.cgroup();
        if (cgroup != null) {
            figures.add("most memory of the cgroup", Unit.BYTES, cgroup.peak());
            figures.add("killed for memory", Unit.COUNT, cgroup.killed());
        }
        return figures;
    }

    private ServerProcess start(Side side, Stage stage) throws IOException {
        ServerProcess server = ServerProcess.start(side.command(), stage, halfCore);
        running.add(server);
        return server;
    }

    private void stop(ServerProcess server) throws IOException {
        server.close();
        running.remove(server);
    }

    /** Ends what still runs. */
    @Override
    public void close() throws IOException {
        for (ServerProcess server : List.copyOf(running)) {
            stop(server);
        }
    }
}
