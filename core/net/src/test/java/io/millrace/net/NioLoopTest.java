package io.millrace.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.Clock;
import io.millrace.runtime.Log;
import io.millrace.runtime.Timer;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The loop over real sockets of the loopback interface. */
@Timeout(60)
final class NioLoopTest {
    private static final String LOCAL = "127.0.0.1";

    private NioLoop loop;
    private final LinkedBlockingQueue<String> events = new LinkedBlockingQueue<>();

    @BeforeEach
    void start() throws IOException {
        loop = new NioLoop("test-loop", Clock.system(), Log.none());
        loop.start();
    }

    @AfterEach
    void stop() {
        loop.close();
    }

    /** Sends back what comes; keeps what the peer does not take, and reads nothing meanwhile. */
    private final class Echo implements TransportHandler {
        private final Transport transport;
        private byte[] waiting = new byte[0];

        Echo(Transport transport) {
            this.transport = transport;
        }

        @Override
        public void readable() {
            try {
                byte[] buffer = loop.receiveBuffer();
                int count = transport.receive(buffer, 0, buffer.length);
                if (count < 0) {
                    events.add("ended");
                    transport.close();
                } else if (count > 0) {
                    int sent = transport.send(buffer, 0, count);
                    if (sent < count) {
                        waiting = Arrays.copyOfRange(buffer, sent, count);
                        transport.armReading(false);
                        transport.armWriting(true);
                        events.add("blocked");
                    }
                }
            } catch (IOException broken) {
                events.add("broken");
                transport.close();
            }
        }

        @Override
        public void writable() {
            try {
                int sent = transport.send(waiting, 0, waiting.length);
                waiting = Arrays.copyOfRange(waiting, sent, waiting.length);
                if (waiting.length == 0) {
                    transport.armWriting(false);
                    transport.armReading(true);
                }
            } catch (IOException broken) {
                events.add("broken");
                transport.close();
            }
        }
    }

    private Socket connect(Function<Transport, TransportHandler> onAccept) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), loop.listen(LOCAL, 0, onAccept).port());
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @Test
    void whatIsSentComesBack() throws IOException {
        try (Socket client = connect(Echo::new)) {
            client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
        }
    }

    @Test
    void bothEndsKnowEachOther() throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        try (Socket client =
                connect(
                        transport -> {
                            seen.complete(
                                    transport.remoteHost()
                                            + " "
                                            + transport.remotePort()
                                            + " "
                                            + transport.localHost());
                            return new Echo(transport);
                        })) {
            assertThat(seen.get(30, TimeUnit.SECONDS))
                    .isEqualTo(LOCAL + " " + client.getLocalPort() + " " + LOCAL);
        }
    }

    @Test
    void aBigTransferArrivesWhole() throws Exception {
        byte[] sent = noise(20_000_000);
        try (Socket client = connect(Echo::new)) {
            Thread writer =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            client.getOutputStream().write(sent);
                                            client.shutdownOutput();
                                        } catch (IOException broken) {
                                            events.add("writer: " + broken);
                                        }
                                    });
            assertThat(Arrays.equals(client.getInputStream().readAllBytes(), sent)).isTrue();
            writer.join();
        }
    }

    @Test
    void aReaderThatStopsHoldsTheServerUpAndLosesNothing() throws Exception {
        byte[] sent = noise(30_000_000);
        try (Socket client = connect(Echo::new)) {
            Thread writer =
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        try {
                                            client.getOutputStream().write(sent);
                                        } catch (IOException broken) {
                                            events.add("writer: " + broken);
                                        }
                                    });
            assertThat(events.poll(30, TimeUnit.SECONDS)).isEqualTo("blocked");
            byte[] heard = client.getInputStream().readNBytes(sent.length);
            assertThat(Arrays.equals(heard, sent)).isTrue();
            writer.join();
        }
    }

    @Test
    void manyClientsAreServedAtOnce() throws IOException {
        NetLoop.Listener listener = loop.listen(LOCAL, 0, Echo::new);
        Socket[] clients = new Socket[200];
        for (int i = 0; i < clients.length; i++) {
            clients[i] = new Socket(InetAddress.getLoopbackAddress(), listener.port());
        }
        for (int i = 0; i < clients.length; i++) {
            clients[i].getOutputStream().write(i);
        }
        for (int i = clients.length - 1; i >= 0; i--) {
            assertThat(clients[i].getInputStream().read()).isEqualTo(i);
            clients[i].close();
        }
    }

    @Test
    void theEndOfAPeerIsHeard() throws Exception {
        try (Socket client = connect(Echo::new)) {
            client.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);
        }
        assertThat(events.poll(30, TimeUnit.SECONDS)).isEqualTo("ended");
    }

    @Test
    void aResetIsHeard() throws Exception {
        try (Socket client = connect(Echo::new)) {
            client.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);
            client.setSoLinger(true, 0);
        }
        assertThat(events.poll(30, TimeUnit.SECONDS)).isEqualTo("broken");
    }

    @Test
    void aTransportThatIsClosedEndsThePeer() throws IOException {
        try (Socket client =
                connect(
                        transport -> {
                            loop.execute(transport::close);
                            return new Echo(transport);
                        })) {
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void aMistakeInOneHandlerEndsOneConnection() throws IOException {
        NetLoop.Listener listener =
                loop.listen(
                        LOCAL,
                        0,
                        transport ->
                                new TransportHandler() {
                                    @Override
                                    public void readable() {
                                        throw new IllegalStateException("a mistake");
                                    }

                                    @Override
                                    public void writable() {}
                                });
        NetLoop.Listener echo = loop.listen(LOCAL, 0, Echo::new);
        try (Socket wrong = new Socket(InetAddress.getLoopbackAddress(), listener.port());
                Socket right = new Socket(InetAddress.getLoopbackAddress(), echo.port())) {
            wrong.getOutputStream().write(1);
            assertThat(endOf(wrong.getInputStream())).isTrue();
            right.getOutputStream().write(7);
            assertThat(right.getInputStream().read()).isEqualTo(7);
        }
    }

    private static boolean endOf(InputStream in) {
        try {
            return in.read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void aPortIsTakenOnce() throws IOException {
        int port = loop.listen(LOCAL, 0, Echo::new).port();
        assertThatThrownBy(() -> loop.listen(LOCAL, port, Echo::new))
                .isInstanceOf(BindException.class);
    }

    @Test
    void aClosedListenerTakesNobody() throws Exception {
        NetLoop.Listener listener = loop.listen(LOCAL, 0, Echo::new);
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
            client.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);
            listener.close();
            int turns = 0;
            while (!refuses(listener.port())) {
                // The port is given back with a later look at the selector.
                assertThat(turns++).isLessThan(1_000);
                CountDownLatch turned = new CountDownLatch(1);
                loop.execute(turned::countDown);
                assertThat(turned.await(30, TimeUnit.SECONDS)).isTrue();
            }
            client.getOutputStream().write(2);
            assertThat(client.getInputStream().read()).isEqualTo(2);
        }
    }

    private static boolean refuses(int port) throws IOException {
        try {
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            return false;
        } catch (ConnectException refused) {
            return true;
        }
    }

    @Test
    void tasksRunInOrderOnTheLoopThenTheEndOfTurn() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        assertThat(loop.isCurrent()).isFalse();
        loop.execute(
                () -> {
                    events.add(loop.isCurrent() ? "a" : "-");
                    loop.atEndOfTurn(() -> events.add("z"));
                    loop.atEndOfTurn(done::countDown);
                    loop.execute(() -> events.add("b"));
                });
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(events).containsExactly("a", "b", "z");
    }

    @Test
    void aTaskThatFailsEndsNothing() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        loop.execute(
                () -> {
                    throw new IllegalStateException("a mistake");
                });
        loop.execute(done::countDown);
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void timersFireOnTheLoop() throws Exception {
        CompletableFuture<Boolean> onLoop = new CompletableFuture<>();
        loop.execute(
                () ->
                        loop.timers()
                                .schedule(
                                        new Timer() {
                                            @Override
                                            protected void fire() {
                                                onLoop.complete(loop.isCurrent());
                                            }
                                        },
                                        1_000_000));
        assertThat(onLoop.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aLoopThatEndsClosesItsConnections() throws IOException {
        try (Socket client = connect(Echo::new)) {
            client.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);
            loop.close();
            assertThat(endOf(client.getInputStream())).isTrue();
        }
    }
}
