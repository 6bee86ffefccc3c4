package io.millrace.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Datagrams to a reader of another language, so that both sides cannot share a mistake. */
@Timeout(60)
final class LocalDatagramsTest {
    /** Binds to its argument, says so, and prints each datagram as a line once it is told to. */
    private static final String READER =
            """
            import socket, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            name = sys.argv[1]
            s.bind('\\0' + name[1:] if name[0] == '@' else name)
            print('bound', flush=True)
            for count in sys.stdin:
                for _ in range(int(count)):
                    print(s.recv(65536).decode().replace('\\n', '|'), flush=True)
            """;

    @TempDir Path folder;

    /** The reader's process. */
    private record Reader(Process process, BufferedReader lines) implements AutoCloseable {
        static Reader bound(String address) throws IOException {
            Path python = Path.of("/usr/bin/python3");
            Assumptions.assumeTrue(Files.isExecutable(python), "there is no " + python);
            Process process =
                    new ProcessBuilder(python.toString(), "-c", READER, address)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            Reader reader = new Reader(process, process.inputReader(StandardCharsets.UTF_8));
            assertThat(reader.lines.readLine()).isEqualTo("bound");
            return reader;
        }

        void take(int count) throws IOException {
            process.getOutputStream().write((count + "\n").getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void bothKindsArriveAt(String address) throws IOException {
        try (Reader reader = Reader.bound(address);
                LocalDatagrams datagrams = LocalDatagrams.to(address)) {
            reader.take(3);
            datagrams.send(bytes("READY=1\nSTATUS=über"));
            assertThat(reader.lines().readLine()).isEqualTo("READY=1|STATUS=über");
            assertThat(datagrams.offer(bytes("WATCHDOG=1"))).isTrue();
            datagrams.send(bytes(""));
            assertThat(reader.lines().readLine()).isEqualTo("WATCHDOG=1");
            assertThat(reader.lines().readLine()).isEmpty();
        }
    }

    @Test
    void arriveAtASocketInTheFileSystem() throws IOException {
        bothKindsArriveAt(folder.resolve("notify").toString());
    }

    @Test
    void arriveAtAnAbstractSocket() throws IOException {
        bothKindsArriveAt("@millrace-test-" + ProcessHandle.current().pid());
    }

    @Test
    void anOfferDoesNotWaitForAReaderThatDoesNotRead() throws IOException {
        String address = folder.resolve("full").toString();
        try (Reader reader = Reader.bound(address);
                LocalDatagrams datagrams = LocalDatagrams.to(address)) {
            int taken = 0;
            while (datagrams.offer(bytes("WATCHDOG=1"))) {
                assertThat(++taken).as("messages that nobody read").isLessThan(1_000_000);
            }
            reader.take(1);
            datagrams.send(bytes("STOPPING=1")); // waits for the room that the reader makes
            assertThat(reader.lines().readLine()).isEqualTo("WATCHDOG=1");
        }
    }

    @Test
    void nobodyThereIsAnError() throws IOException {
        String address = folder.resolve("nobody").toString();
        try (LocalDatagrams datagrams = LocalDatagrams.to(address)) {
            assertThatThrownBy(() -> datagrams.send(bytes("READY=1")))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(address);
        }
    }

    @Test
    void namesThatNoSocketCanHaveAreRefused() {
        for (String address :
                new String[] {"", "@", "relative", "vsock:2:1234", "/" + "n".repeat(108)}) {
            assertThatThrownBy(() -> LocalDatagrams.to(address))
                    .as(address)
                    .isInstanceOf(IOException.class);
        }
    }
}
