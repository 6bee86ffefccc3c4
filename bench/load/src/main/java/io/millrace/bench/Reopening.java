package io.millrace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What a server that was killed has left, and how long one takes to start on it. Each sample has a
 * copy of its own. One thread.
 */
final class Reopening implements AutoCloseable {
    /** The stream that every load of this kind fills and that is asked for. */
    static final String STREAM = "REOPENED";

    private static final String STORE = "store";
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private final Side side;
    private final Stage stage;
    private final boolean halfCore;
    private final Path folder;

    Reopening(Side side, Stage stage, boolean halfCore, Path folder) {
        this.side = side;
        this.stage = stage;
        this.halfCore = halfCore;
        this.folder = folder;
    }

    /** Starts with nothing stored, and then on a copy of what is left. */
    Figures sample() throws IOException {
        long bare;
        try (ServerProcess server = ServerProcess.start(side.command(), stage, halfCore)) {
            bare = server.startNanos();
        }
        Path copy = Files.createTempDirectory("millrace-bench");
        copy(folder.resolve(STORE), copy.resolve(STORE));
        Figures figures = new Figures();
        try (ServerProcess server = ServerProcess.start(side.command(), stage, halfCore, copy)) {
            figures.add("start to first PONG", Unit.NANOS, server.startNanos());
            figures.add("CPU until then", Unit.NANOS, server.startCpuNanos());
            figures.add("start to first PONG, empty store", Unit.NANOS, bare);
            figures.add("longer than that", Unit.NANOS, server.startNanos() - bare);
            figures.add("start to the stream's figures", Unit.NANOS, known(server));
            figures.add("CPU until then, too", Unit.NANOS, Posix.cpuNanos(server.pid()));
            figures.memory(ProcessMemory.of(server.pid()));
        }
        return figures;
    }

    private static long known(ServerProcess server) throws IOException {
        Trial.Aim aim = new Trial.Aim(server.port(), server.pid(), 1, 0, "reopened");
        try (Trial trial = new Trial(aim)) {
            Api api = new Api(trial);
            long messages = api.messages(STREAM);
            while (messages == 0) {
                if (server.ageNanos() > PATIENCE) {
                    throw new IOException("the stream did not come back: " + server.log());
                }
                LockSupport.parkNanos(500_000);
                messages = api.messages(STREAM);
            }
            long nanos = server.ageNanos();
            if (api.number(STREAM, "last_seq") != messages) {
                throw new IOException("of the stream only " + messages + " messages came back");
            }
            return nanos;
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                Path made = to.resolve(from.relativize(path));
                if (Files.isDirectory(path)) {
                    Files.createDirectories(made);
                    continue;
                }
                Files.copy(path, made);
                // what the copy has still to write is none of the server's business
                try (FileChannel file = FileChannel.open(made, StandardOpenOption.WRITE)) {
                    file.force(false);
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() throws IOException {
        ServerProcess.delete(folder);
    }
}
