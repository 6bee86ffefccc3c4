package io.millrace.micro.memory;

import io.millrace.bench.Certificate;
import io.millrace.micro.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A measured server: started with nothing in its store, ended with all that it held. */
final class ServerProcess implements AutoCloseable {
    private static final int START_SECONDS = 30;
    private static final int STEADY_ROUNDS = 4;

    private final Process process;
    private final TemporaryFolder folder;
    private final int port;

    private ServerProcess(Process process, TemporaryFolder folder, int port) {
        this.process = process;
        this.folder = folder;
        this.port = port;
    }

    /**
     * Starts one and waits until a client can log in.
     *
     * @param memory what MILLRACE_MEMORY says; empty for nothing
     */
    static ServerProcess start(List<String> command, int port, Row.Flags flags, String memory)
            throws IOException {
        TemporaryFolder folder = TemporaryFolder.make();
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of("-p", String.valueOf(port)));
        if (flags == Row.Flags.JETSTREAM) {
            all.addAll(List.of("-js", "-sd", folder.path().resolve("store").toString()));
        }
        if (flags == Row.Flags.TLS) {
            Certificate.make(folder.path());
            all.addAll(List.of("--tls", "--tlscert", folder.path().resolve("cert.pem").toString()));
            all.addAll(List.of("--tlskey", folder.path().resolve("key.pem").toString()));
        }
        ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true);
        builder.redirectOutput(folder.path().resolve("server.log").toFile());
        if (!memory.isEmpty()) {
            builder.environment().put("MILLRACE_MEMORY", memory);
        }
        ServerProcess server = new ServerProcess(builder.start(), folder, port);
        try {
            server.awaitStart(flags);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        return server;
    }

    private void awaitStart(Row.Flags flags) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try (Peer first = connect(flags)) {
                first.sync();
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    Path log = folder.path().resolve("server.log");
                    throw new IOException("the server does not start: " + Files.readString(log), e);
                }
                pause(50);
            }
        }
    }

    private Peer connect(Row.Flags flags) throws IOException {
        return Peer.connect(port, 1, 8192, flags == Row.Flags.TLS ? Certificate.trusting() : null);
    }

    /** A connection to ask and to publish on. */
    Peer speaker() throws IOException {
        return Peer.connect(port, 1, 1 << 16, null);
    }

    int port() {
        return port;
    }

    /** Most descriptors that it may have. */
    long descriptors() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/limits"))) {
            if (line.startsWith("Max open files")) {
                return Long.parseLong(line.split(" {2,}", -1)[1]);
            }
        }
        throw new IOException("no limit of open files found");
    }

    /** What it holds once that has stopped moving for two seconds, or after so many. */
    Footprint settled(int secondsMost) throws IOException {
        Footprint last = Footprint.of(process.pid());
        int steady = 0;
        for (int round = 0; round < 2 * secondsMost && steady < STEADY_ROUNDS; round++) {
            pause(500);
            Footprint now = Footprint.of(process.pid());
            steady = now.isNear(last) ? steady + 1 : 0;
            last = now;
        }
        return last;
    }

    /** Lets it run on; nobody waits for one that has ended. */
    private void pause(long millis) throws IOException {
        try {
            process.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(START_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        folder.delete();
    }
}
