package io.millrace.micro.memory;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A client on a bare socket: it answers PINGs, counts answers, and says what it is told to. One
 * thread speaks; a virtual thread of its own listens.
 */
final class Peer implements AutoCloseable {
    private static final String CONNECT =
            "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"protocol\":1,"
                    + "\"no_responders\":true,\"lang\":\"raw\",\"version\":\"1\"}\r\n";
    private static final int PATIENCE_SECONDS = 60;

    /** More than anybody waits for at a time. */
    private static final int MANY = 1 << 20;

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] line = new byte[4096];
    private final Semaphore pongs = new Semaphore(0);
    private final Semaphore answers = new Semaphore(0);
    private volatile @Nullable String complaint;

    private Peer(Socket socket, int bufferBytes) throws IOException {
        this.socket = socket;
        in = new BufferedInputStream(socket.getInputStream(), bufferBytes);
        out = new BufferedOutputStream(socket.getOutputStream(), bufferBytes);
    }

    /**
     * Connects and logs in.
     *
     * @param source the last part of the loopback address it comes from
     * @param tls null for a plain connection
     */
    static Peer connect(int port, int source, int bufferBytes, @Nullable SSLContext tls)
            throws IOException {
        Socket plain = new Socket();
        plain.setTcpNoDelay(true);
        plain.setSoTimeout(PATIENCE_SECONDS * 1000);
        plain.bind(new InetSocketAddress(loopback(source), 0));
        plain.connect(new InetSocketAddress(loopback(1), port), PATIENCE_SECONDS * 1000);
        Socket used = plain;
        if (tls != null) {
            readInfo(plain.getInputStream());
            used = tls.getSocketFactory().createSocket(plain, "localhost", port, true);
        }
        Peer peer = new Peer(used, bufferBytes);
        if (tls == null) {
            readInfo(peer.in);
        }
        plain.setSoTimeout(0);
        peer.say(CONNECT);
        Thread.ofVirtual().start(peer::listen);
        peer.sync();
        return peer;
    }

    private static InetAddress loopback(int last) throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    }

    private static void readInfo(InputStream from) throws IOException {
        int b = from.read();
        while (b != '\n') {
            if (b < 0) {
                throw new EOFException("closed before INFO");
            }
            b = from.read();
        }
    }

    /** Writes into the buffer; {@link #sync} or {@link #flush} send it. */
    void say(String text) throws IOException {
        say(text.getBytes(StandardCharsets.US_ASCII));
    }

    void say(byte[] bytes) throws IOException {
        synchronized (out) {
            out.write(bytes);
        }
    }

    void flush() throws IOException {
        synchronized (out) {
            out.flush();
        }
    }

    /** Returns when the server has handled everything said so far. */
    void sync() throws IOException {
        say("PING\r\n");
        flush();
        await(pongs, 1);
    }

    /** Waits for so many messages that the server sends to this client. */
    void awaitAnswers(int count) throws IOException {
        await(answers, count);
    }

    private void await(Semaphore what, int count) throws IOException {
        try {
            if (!what.tryAcquire(count, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the server has not answered in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        String said = complaint;
        if (said != null) {
            throw new IOException("the server says " + said);
        }
    }

    private void listen() {
        try {
            while (true) {
                String said = readLine();
                if (said.startsWith("MSG ") || said.startsWith("HMSG ")) {
                    message(Integer.parseInt(said.substring(said.lastIndexOf(' ') + 1)));
                } else if (said.equals("PING")) {
                    say("PONG\r\n");
                    flush();
                } else if (said.equals("PONG")) {
                    pongs.release();
                } else if (said.startsWith("-ERR")) {
                    fail(said);
                }
            }
        } catch (IOException e) {
            fail(String.valueOf(e.getMessage()));
        }
    }

    private void fail(String why) {
        if (complaint == null) {
            complaint = why;
            pongs.release();
            answers.release(MANY);
        }
    }

    private void message(int length) throws IOException {
        byte[] payload = in.readNBytes(length + 2);
        String text = new String(payload, StandardCharsets.UTF_8);
        if (text.contains("\"error\"") || text.startsWith("NATS/1.0 503")) {
            fail(text);
        }
        answers.release();
    }

    private String readLine() throws IOException {
        int length = 0;
        while (true) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("closed");
            }
            if (b == '\n') {
                return new String(line, 0, Math.max(0, length - 1), StandardCharsets.US_ASCII);
            }
            if (length < line.length) {
                line[length++] = (byte) b;
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
