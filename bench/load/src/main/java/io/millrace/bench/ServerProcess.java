package io.millrace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A server under test: its process, its port and its folder, all of which are gone when it is
 * closed. One thread.
 */
final class ServerProcess implements AutoCloseable {
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);
    private static final int STOP_SECONDS = 20;

    private final Path folder;
    private final int port;
    private final @Nullable Cgroup cgroup;
    private final long begun;
    private final Process process;
    private long pid;
    private long startNanos;
    private long startCpuNanos;

    private ServerProcess(String command, Stage stage, Path folder, @Nullable Cgroup cgroup)
            throws IOException {
        this.folder = folder;
        this.cgroup = cgroup;
        port = freePort();
        Path config = folder.resolve("server.conf");
        if (stage.isSecure()) {
            Certificate.make(folder);
        }
        Files.writeString(
                config,
                "host: \"127.0.0.1\"\nport: %d\n".formatted(port)
                        + stage.config()
                                .replace("{folder}", folder.toString())
                                .replace("{monitor}", Integer.toString(monitorPort(port))));
        StringBuilder script = new StringBuilder();
        if (cgroup != null) {
            cgroup.doors().forEach(door -> script.append("echo $$ >" + door + " && "));
        }
        script.append("exec env ").append(command).append(" \"$@\"");
        ProcessBuilder builder =
                new ProcessBuilder(
                                List.of(
                                        "/bin/sh",
                                        "-c",
                                        script.toString(),
                                        "sh",
                                        "-c",
                                        config.toString()))
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("server.log").toFile());
        begun = System.nanoTime();
        process = builder.start();
        pid = process.pid();
    }

    /** Starts one and returns when it has answered a PING. */
    static ServerProcess start(String command, Stage stage, boolean halfCore) throws IOException {
        return start(command, stage, halfCore, Files.createTempDirectory("millrace-bench"));
    }

    /** The same in a folder that may hold a store already. */
    static ServerProcess start(String command, Stage stage, boolean halfCore, Path folder)
            throws IOException {
        long memory = halfCore ? Cgroup.SMALL_MEMORY : stage.memory();
        Cgroup cgroup = null;
        ServerProcess server = null;
        try {
            if (memory > 0) {
                cgroup = Cgroup.make(folder.getFileName().toString(), halfCore, memory);
            }
            server = new ServerProcess(command, stage, folder, cgroup);
            server.awaitPong();
            return server;
        } catch (IOException e) {
            if (server != null) {
                server.close();
            } else {
                delete(folder);
                if (cgroup != null) {
                    cgroup.close();
                }
            }
            throw e;
        }
    }

    /** The port beside that for clients, so that a loader knows both by one number. */
    static int monitorPort(int port) {
        return port + 1;
    }

    /** One that is free like the one beside it. */
    private static int freePort() throws IOException {
        while (true) {
            try (ServerSocket socket = listen(0);
                    ServerSocket _ = listen(monitorPort(socket.getLocalPort()))) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                // another one, then
            }
        }
    }

    private static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }

    private void awaitPong() throws IOException {
        while (true) {
            try {
                Wire.dial(port, Login.NONE).close();
                startNanos = System.nanoTime() - begun;
                break;
            } catch (IOException notYet) {
                if (!process.isAlive() || System.nanoTime() - begun > PATIENCE) {
                    throw new IOException("the server did not start: " + log(), notYet);
                }
                LockSupport.parkNanos(500_000);
            }
        }
        pid = biggest();
        startCpuNanos = Posix.cpuNanos(pid);
    }

    /** A command may be a script that starts the server as a child: the biggest of them is it. */
    private long biggest() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .map(ProcessHandle::pid)
                .max(Comparator.comparingLong(ServerProcess::resident))
                .orElse(process.pid());
    }

    private static long resident(long pid) {
        try {
            return ProcessMemory.of(pid).resident();
        } catch (IOException gone) {
            return 0;
        }
    }

    int port() {
        return port;
    }

    long pid() {
        return pid;
    }

    /** From exec to the first PONG. */
    long startNanos() {
        return startNanos;
    }

    /** CPU used until then. */
    long startCpuNanos() {
        return startCpuNanos;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The group that limits it; null for none. */
    @Nullable Cgroup cgroup() {
        return cgroup;
    }

    /** Takes it off the CPU while another is measured. */
    void pause() {
        Posix.signal(pid, Posix.SIGSTOP);
    }

    void resume() {
        Posix.signal(pid, Posix.SIGCONT);
    }

    /** The end of what it said. */
    String log() {
        try {
            String text = Files.readString(folder.resolve("server.log")).strip();
            return text.substring(Math.max(0, text.length() - 500));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Ends it by SIGKILL and keeps what it has left: its folder, which the caller deletes. */
    Path kill() throws IOException {
        Posix.signal(pid, Posix.SIGKILL);
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        if (cgroup != null) {
            cgroup.close();
        }
        return folder;
    }

    /** Since the process was begun. */
    long ageNanos() {
        return System.nanoTime() - begun;
    }

    @Override
    public void close() throws IOException {
        resume();
        Posix.signal(pid, Posix.SIGTERM);
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                Posix.signal(pid, Posix.SIGKILL);
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            Posix.signal(pid, Posix.SIGKILL);
        }
        if (cgroup != null) {
            cgroup.close();
        }
        delete(folder);
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
