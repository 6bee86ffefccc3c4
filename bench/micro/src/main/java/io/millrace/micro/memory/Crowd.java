package io.millrace.micro.memory;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Idle connections, held by as many processes as their descriptors ask for. */
final class Crowd implements Load {
    /** Connections that one client process has at most. */
    private static final int PER_PROCESS = 10_000;

    private static final int FIRST_SOURCE = 2;

    private final int port;
    private final boolean tls;
    private final List<Member> members = new ArrayList<>();

    Crowd(ServerProcess server, boolean tls) {
        this.port = server.port();
        this.tls = tls;
    }

    @Override
    public void grow(int from, int to) throws IOException {
        int at = from;
        while (at < to) {
            int number = at / PER_PROCESS;
            if (number == members.size()) {
                members.add(Member.start(port, FIRST_SOURCE + number, tls));
            }
            int end = Math.min(to, (number + 1) * PER_PROCESS);
            members.get(number).open(end - at);
            at = end;
        }
    }

    @Override
    public void close() throws IOException {
        for (Member member : members) {
            member.end();
        }
    }

    /** One client process, which opens as many as it is told on its standard input. */
    private record Member(Process process, BufferedWriter to, BufferedReader from) {
        static Member start(int port, int source, boolean tls) throws IOException {
            Process process =
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-Xmx1g",
                                    "-XX:+UseSerialGC",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    CrowdMember.class.getName(),
                                    String.valueOf(port),
                                    String.valueOf(source),
                                    String.valueOf(tls))
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            return new Member(
                    process,
                    process.outputWriter(StandardCharsets.US_ASCII),
                    process.inputReader(StandardCharsets.US_ASCII));
        }

        void open(int count) throws IOException {
            to.write(count + "\n");
            to.flush();
            String answer = from.readLine();
            if (answer == null || !answer.equals("opened " + count)) {
                throw new IOException("a client process says " + answer);
            }
        }

        void end() throws IOException {
            to.close();
            try {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
