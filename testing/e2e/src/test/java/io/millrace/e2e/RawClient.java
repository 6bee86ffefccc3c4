package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

/** A client that says exactly what it is told, byte for byte, and reads line by line. */
final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 20_000;

    private Socket socket;
    private InputStream in;

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** Connects and reads nothing. */
    static RawClient dial(int port) {
        try {
            Socket socket = new Socket();
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
            return new RawClient(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connects, reads INFO and sends CONNECT with these members (JSON without braces). */
    static RawClient connect(int port, String members) {
        RawClient client = dial(port);
        client.readLine();
        String more = members.isEmpty() ? "" : "," + members;
        client.send(
                "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,"
                        + "\"no_responders\":true"
                        + more
                        + "}\r\n");
        return client;
    }

    static RawClient connect(int port) {
        return connect(port, "");
    }

    static RawClient login(int port, String user) {
        return connect(port, "\"user\":\"" + user + "\",\"pass\":\"pw\"");
    }

    RawClient startTls(SSLContext context) throws IOException {
        SSLSocket tls =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(socket, "localhost", socket.getPort(), true);
        tls.startHandshake();
        socket = tls;
        in = new BufferedInputStream(tls.getInputStream());
        return this;
    }

    RawClient send(String text) {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends; that the server has already closed is not an error here. */
    RawClient send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (SocketException | SSLException e) {
            assertThat(e).hasMessageNotContaining("Socket is closed");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Sends; false when the server has already closed. */
    boolean trySend(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The next line without its end, or "[closed]". */
    String readLine() {
        try {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            int b;
            while ((b = in.read()) >= 0) {
                if (b == '\n') {
                    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
                }
                line.write(b);
            }
            return "[closed]";
        } catch (SocketTimeoutException e) {
            throw new AssertionError("no line within " + TIMEOUT_MILLIS + " ms", e);
        } catch (SocketException | SSLException e) {
            return "[closed]";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next byte, or -1 when the server closed. */
    int readByte() throws IOException {
        try {
            return in.read();
        } catch (SocketException e) {
            return -1;
        }
    }

    /** Reads and forgets until the server closes, which must be within this time. */
    void readUntilClosed(Duration atMost) throws IOException {
        long end = System.nanoTime() + atMost.toNanos();
        try {
            do {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                assertThat(left).as("milliseconds left until the server closes").isPositive();
                socket.setSoTimeout((int) left);
            } while (in.read() >= 0);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("not closed within " + atMost, e);
        } catch (SocketException | SSLException e) {
            // A reset ends it as well.
        }
    }

    /** Everything until the server closes, without INFO and PING. */
    List<String> readToEnd() {
        List<String> lines = new ArrayList<>();
        String line = readLine();
        while (!line.equals("[closed]")) {
            if (!line.startsWith("INFO ") && !line.equals("PING")) {
                lines.add(line);
            }
            line = readLine();
        }
        return lines;
    }

    /** Sends PING and returns what came before its PONG, without INFO and PING. */
    List<String> ping() {
        send("PING\r\n");
        List<String> lines = new ArrayList<>();
        String line = readLine();
        while (!line.equals("PONG")) {
            assertThat(line).as("a line before PONG, after %s", lines).isNotEqualTo("[closed]");
            if (!line.startsWith("INFO ") && !line.equals("PING")) {
                lines.add(line);
            }
            line = readLine();
        }
        return lines;
    }

    /** Closes the sending half. */
    void finishSending() throws IOException {
        socket.shutdownOutput();
    }

    /** Closes with a reset instead of a FIN. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
