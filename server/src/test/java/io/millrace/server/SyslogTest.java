package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.config.LogOptions;
import io.millrace.runtime.Clock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected bytes are those that nats-server 2.15.2 was seen to send. */
@Timeout(60)
final class SyslogTest {
    private static final InetAddress HERE = InetAddress.getLoopbackAddress();
    private static final long PID = 4711;

    @TempDir Path folder;

    private static LogOptions options(String remote, String file) {
        return new LogOptions(
                true, true, false, false, true, false, file, 0, 0, remote == null, remote, 0);
    }

    private static ServerLog log(String remote) throws IOException {
        return ServerLog.open(options(remote, null), Clock.system(), PID);
    }

    private static String received(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
        socket.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    @Test
    void remoteLinesCarrySeverityTimeHostTagAndPid() throws IOException {
        try (DatagramSocket daemon = new DatagramSocket(0, HERE);
                ServerLog log = log("udp://127.0.0.1:" + daemon.getLocalPort())) {
            log.info("  Version:  2.15.2");
            assertThat(received(daemon))
                    .matches(
                            "<5>\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(Z|[+-]\\d\\d:\\d\\d) \\S+"
                                    + " nats-server\\[4711]:   Version:  2\\.15\\.2\n");
            log.trace("t");
            log.debug("d");
            log.warn("w");
            log.error("e");
            log.fatal("f");
            for (String expected : List.of("5 t", "7 d", "4 w", "3 e", "2 f")) {
                assertThat(received(daemon))
                        .startsWith("<" + expected.charAt(0) + ">")
                        .endsWith("]: " + expected.charAt(2) + "\n");
            }
        }
    }

    @Test
    void aLineThatQuotesLineBreaksIsOneMessage() throws IOException {
        try (DatagramSocket daemon = new DatagramSocket(0, HERE);
                ServerLog log = log("udp://127.0.0.1:" + daemon.getLocalPort())) {
            log.info("a\r\n<0>forged");

            assertThat(received(daemon)).endsWith("]: a  <0>forged\n");
        }
    }

    @Test
    void overTcpLinesFollowEachOtherAndTheLastOnesAreSentBeforeTheEnd() throws IOException {
        try (ServerSocket daemon = new ServerSocket(0, 5, HERE)) {
            ServerLog log = log("tcp://localhost:" + daemon.getLocalPort());
            log.info("first");
            log.fatal("last");
            log.close();
            try (Socket socket = daemon.accept()) {
                assertThat(reader(socket).lines())
                        .satisfiesExactly(
                                line -> assertThat(line).startsWith("<5>").endsWith(": first"),
                                line -> assertThat(line).startsWith("<2>").endsWith(": last"));
            }
        }
    }

    @Test
    void aDaemonMayListenOnASocketInTheFileSystem() throws IOException {
        Path path = folder.resolve("log.sock");
        try (ServerSocketChannel daemon = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            daemon.bind(UnixDomainSocketAddress.of(path));
            ServerLog log = log("unix://" + path);
            log.info("line");
            log.close();
            try (SocketChannel socket = daemon.accept()) {
                assertThat(Channels.newInputStream(socket).readAllBytes())
                        .asString(StandardCharsets.UTF_8)
                        .endsWith(" nats-server[4711]: line\n");
            }
        }
    }

    @Test
    void aConnectionThatBreaksIsMadeAgain() throws IOException {
        try (ServerSocket daemon = new ServerSocket(0, 5, HERE);
                ServerLog log = log("tcp://127.0.0.1:" + daemon.getLocalPort())) {
            Socket first = daemon.accept();
            log.info("one");
            assertThat(reader(first).readLine()).endsWith(": one");
            first.close();

            daemon.setSoTimeout(1);
            Socket second = null;
            while (second == null) {
                log.info("again");
                try {
                    second = daemon.accept();
                } catch (java.net.SocketTimeoutException notYet) {
                    // the first lines after the end still go into the old connection
                }
            }
            assertThat(reader(second).readLine()).endsWith(": again");
            second.close();
        }
    }

    @Test
    void aDaemonThatDoesNotReadLosesLinesAndIsToldHowMany() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, HERE)) {
            String url = "tcp://127.0.0.1:" + server.getLocalPort();
            Syslog syslog = Syslog.open(RemoteSyslog.at(url, Clock.system(), PID), Clock.system());
            String line = "x".repeat(10_000);
            for (int i = 0; i < 5_000; i++) {
                syslog.log(5, line);
            }
            assertThat(syslog.dropped()).isPositive();
            try (Socket socket = server.accept()) {
                BufferedReader reader = reader(socket);
                String heard = reader.readLine();
                while (!heard.endsWith(" log lines were dropped")) {
                    heard = Objects.requireNonNull(reader.readLine());
                }
                assertThat(heard).startsWith("<4>").containsPattern(": [1-9]\\d* log lines");
            }
            syslog.close();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://x:1         | error invalid network type: \"http\"",
                "localhost:514      | error invalid network type: \"localhost\"",
                "udp://127.0.0.1    | error connecting to syslog: \"dial udp: address 127.0.0.1:"
                        + " missing port in address\"",
                "udp://no.invalid:1 | error connecting to syslog: \"dial udp: lookup no.invalid:"
                        + " no such host\"",
                "tcp://127.0.0.1:1  | error connecting to syslog: \"dial tcp 127.0.0.1:1: connect:"
                        + " connection refused\"",
            })
    void aServerDoesNotStartWithoutItsSyslog(String url, String why) {
        assertThatThrownBy(() -> log(url)).isInstanceOf(IOException.class).hasMessage(why);
    }

    @Test
    void aLogFileComesBeforeSyslog() throws IOException {
        Path file = folder.resolve("server.log");
        try (ServerLog log =
                ServerLog.open(
                        options("tcp://127.0.0.1:1", file.toString()), Clock.system(), PID)) {
            log.info("to the file");
        }
        assertThat(file).content().endsWith("[INF] to the file\n");
    }

    @Test
    void whyAServerDoesNotStartIsTheLastLineThatTheDaemonHears() throws Exception {
        try (DatagramSocket daemon = new DatagramSocket(0, HERE);
                ServerSocket taken = new ServerSocket(0, 5, HERE)) {
            String url = "udp://127.0.0.1:" + daemon.getLocalPort();
            String port = Integer.toString(taken.getLocalPort());

            assertThat(Main.run(new String[] {"-a", "127.0.0.1", "-p", port, "-r", url}))
                    .isEqualTo(1);

            String line = received(daemon);
            while (line.startsWith("<5>")) {
                line = received(daemon);
            }
            assertThat(line)
                    .startsWith("<2>")
                    .endsWith(port + ": bind: address already in use\"\n");
        }
    }

    @Test
    void reloadingMovesTheLogToAnotherDaemon() throws IOException {
        try (DatagramSocket before = new DatagramSocket(0, HERE);
                DatagramSocket after = new DatagramSocket(0, HERE);
                ServerLog log = log("udp://127.0.0.1:" + before.getLocalPort())) {
            log.info("one");
            log.reconfigure(options("udp://127.0.0.1:" + after.getLocalPort(), null));
            log.info("two");
            assertThat(received(before)).endsWith(": one\n");
            assertThat(received(after)).endsWith(": two\n");
        }
    }

    private Path program(String script) throws IOException {
        Path program = Files.writeString(folder.resolve("logger"), "#!/bin/sh\n" + script);
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return program;
    }

    @Test
    void theDaemonOfTheMachineIsReachedThroughOneLogger() throws IOException {
        Path program =
                program(
                        """
                        case "$*" in *--no-act*) exit 0;; esac
                        echo "$*" >> "$(dirname "$0")/arguments"
                        cat >> "$(dirname "$0")/lines"
                        """);
        Syslog syslog = Syslog.open(new LocalSyslog(program.toString(), PID), Clock.system());
        syslog.log(5, "Server is ready");
        syslog.log(3, "two\nlines");
        syslog.close();

        assertThat(folder.resolve("arguments"))
                .content()
                .isEqualTo(
                        "--prio-prefix --socket-errors=on --tag=nats-server --id=4711"
                                + " --priority=daemon.notice --size=65536\n");
        assertThat(folder.resolve("lines"))
                .content()
                .isEqualTo("<29>Server is ready\n<27>two lines\n");
    }

    @Test
    void aMachineWithoutADaemonOrALoggerIsRefused() throws IOException {
        Path failing = program("exit 1\n");
        for (String program : List.of(failing.toString(), folder.resolve("none").toString())) {
            assertThatThrownBy(() -> Syslog.open(new LocalSyslog(program, PID), Clock.system()))
                    .isInstanceOf(IOException.class)
                    .hasMessage("error connecting to syslog: \"Unix syslog delivery error\"");
        }
    }
}
