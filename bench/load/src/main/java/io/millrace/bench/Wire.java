package io.millrace.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.net.ssl.SSLSocket;

/**
 * A connection that costs as little as it can: what it sends is prepared, what comes is looked at
 * no further than asked. One thread reads; what it has read is valid until it reads again. Any
 * thread may write.
 */
final class Wire implements AutoCloseable {
    private static final byte[] PING = ascii("PING\r\n");
    private static final byte[] PONG = ascii("PONG\r\n");
    private static final int SMALLEST = 1024;
    private static final int MOST = 256 * 1024;

    private Link link;
    private byte[] buffer = new byte[SMALLEST];
    private int position;
    private int limit;

    /** What is still to come of the body that {@link #drain} skips. */
    private long owed;

    /** The line before that body and the length of both line end and body; see {@link #drain}. */
    private byte[] repeated = new byte[0];

    private long repeatedBody;

    private int pongs;

    private int subjectAt;
    private int subjectLength;
    private int replyAt;
    private int replyLength;
    private int headerLength;
    private int bodyAt;
    private int bodyLength;

    private Wire(Link link) {
        this.link = link;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Connects, logs in, and returns when the server has answered a PING. */
    static Wire dial(int port, Login login) throws IOException {
        SocketChannel channel =
                SocketChannel.open(
                        new InetSocketAddress(
                                InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        Wire wire = new Wire(new Link.Plain(channel));
        try {
            int end = wire.lineEnd();
            if (wire.buffer[wire.position] != 'I') {
                throw new IOException(
                        "no INFO but " + wire.text(wire.position, end - wire.position));
            }
            wire.position = end + 1;
            if (login.secure()) {
                wire.link = new Link.Secure(secured(channel, port));
            }
            wire.write(ascii(login.connect()));
            wire.sync();
            return wire;
        } catch (IOException e) {
            wire.close();
            throw e;
        }
    }

    private static SSLSocket secured(SocketChannel channel, int port) throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        Certificate.trusting()
                                .getSocketFactory()
                                .createSocket(channel.socket(), "127.0.0.1", port, true);
        socket.startHandshake();
        return socket;
    }

    /** The channel below, for a selector; only without TLS. */
    SocketChannel channel() {
        if (link instanceof Link.Plain(SocketChannel channel)) {
            return channel;
        }
        throw new IllegalStateException("TLS has no channel");
    }

    void write(byte[] bytes) throws IOException {
        write(bytes, 0, bytes.length);
    }

    synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        link.write(bytes, offset, length);
    }

    void subscribe(String subject) throws IOException {
        write(ascii("SUB " + subject + " 1\r\n"));
    }

    /** Sends a PING and waits for its PONG; messages before it are dropped. */
    void sync() throws IOException {
        int before = pongs;
        write(PING);
        while (pongs == before) {
            if (!poll() && pongs == before) {
                fill();
            }
        }
    }

    /** Waits for the next message. */
    void next() throws IOException {
        while (!poll()) {
            fill();
        }
    }

    /** The next message if all of it has come; else false, and nothing is read. */
    boolean poll() throws IOException {
        while (position < limit) {
            int end = find(position);
            if (end < 0) {
                return false;
            }
            byte verb = buffer[position];
            if (verb == 'M' || verb == 'H') {
                return whole(end);
            }
            control(verb, end);
        }
        return false;
    }

    /** Reads once what the server has sent; waits for it if the link blocks. */
    void fill() throws IOException {
        if (position == limit) {
            position = 0;
            limit = 0;
        } else if (position > 0 && buffer.length - limit < buffer.length / 2) {
            System.arraycopy(buffer, position, buffer, 0, limit - position);
            limit -= position;
            position = 0;
        }
        if (limit == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        int read = link.read(buffer, limit, buffer.length - limit);
        if (read < 0) {
            throw new EOFException("the server closed the connection");
        }
        limit += read;
        if (read > buffer.length / 2 && buffer.length < MOST) {
            buffer = Arrays.copyOf(buffer, buffer.length * 4);
        }
    }

    /**
     * Waits for messages and counts how many ended in what came; their content is dropped. A line
     * that equals the one before is not parsed again.
     */
    long drain() throws IOException {
        long count = 0;
        while (true) {
            if (owed > 0) {
                int skipped = (int) Math.min(owed, limit - position);
                position += skipped;
                owed -= skipped;
                if (owed == 0) {
                    count++;
                    continue;
                }
            } else if (repeats()) {
                position += repeated.length;
                owed = repeatedBody;
                continue;
            } else if (position < limit && line()) {
                continue;
            }
            if (owed > 0 || position == limit || find(position) < 0) {
                if (count > 0) {
                    return count;
                }
                fill();
            }
        }
    }

    private boolean repeats() {
        int length = repeated.length;
        return length > 0
                && limit - position >= length
                && Arrays.equals(buffer, position, position + length, repeated, 0, length);
    }

    /** Takes the line of a message, or another whole line; false when there is none. */
    private boolean line() throws IOException {
        int end = find(position);
        if (end < 0) {
            return false;
        }
        byte verb = buffer[position];
        if (verb != 'M' && verb != 'H') {
            control(verb, end);
            return true;
        }
        int total = 0;
        int at = end - 2;
        for (int digit = 1; buffer[at] != ' '; at--, digit *= 10) {
            total += (buffer[at] - '0') * digit;
        }
        repeated = Arrays.copyOfRange(buffer, position, end + 1);
        repeatedBody = total + 2L;
        owed = repeatedBody;
        position = end + 1;
        return true;
    }

    private boolean whole(int end) {
        int at = position + (buffer[position] == 'M' ? 4 : 5);
        subjectAt = at;
        subjectLength = word(at, end);
        at += subjectLength + 1;
        at += word(at, end) + 1;
        int first = at;
        int firstLength = word(at, end);
        at += firstLength + 1;
        int numbers = buffer[position] == 'M' ? 1 : 2;
        int words = 1;
        int lastAt = first;
        int beforeAt = first;
        while (at < end) {
            beforeAt = lastAt;
            lastAt = at;
            at += word(at, end) + 1;
            words++;
        }
        replyAt = first;
        replyLength = words > numbers ? firstLength : 0;
        int total = number(lastAt);
        headerLength = numbers == 2 ? number(beforeAt) : 0;
        bodyAt = end + 1;
        bodyLength = total;
        if (limit - bodyAt < total + 2) {
            return false;
        }
        position = bodyAt + total + 2;
        return true;
    }

    private int word(int from, int end) {
        int at = from;
        while (at < end && buffer[at] != ' ' && buffer[at] != '\r') {
            at++;
        }
        return at - from;
    }

    private int number(int from) {
        int value = 0;
        for (int at = from; buffer[at] >= '0' && buffer[at] <= '9'; at++) {
            value = value * 10 + buffer[at] - '0';
        }
        return value;
    }

    private void control(byte verb, int end) throws IOException {
        if (verb == '-') {
            throw new IOException("the server said " + text(position, end - position).strip());
        }
        if (verb == 'P' && buffer[position + 1] == 'I') {
            write(PONG);
        } else if (verb == 'P') {
            pongs++;
        }
        position = end + 1;
    }

    private int find(int from) {
        for (int at = from; at < limit; at++) {
            if (buffer[at] == '\n') {
                return at;
            }
        }
        return -1;
    }

    private int lineEnd() throws IOException {
        int end = find(position);
        while (end < 0) {
            fill();
            end = find(position);
        }
        return end;
    }

    private String text(int at, int length) {
        return new String(buffer, at, length, StandardCharsets.UTF_8);
    }

    String subject() {
        return text(subjectAt, subjectLength);
    }

    /** The ten digits that the subject ends with; see {@link Template}. */
    long subjectNumber() {
        long value = 0;
        int end = subjectAt + subjectLength;
        for (int at = end - Template.DIGITS; at < end; at++) {
            value = value * 10 + buffer[at] - '0';
        }
        return value;
    }

    boolean hasReply() {
        return replyLength > 0;
    }

    /** Copies the reply subject and returns its length. */
    int copyReply(byte[] into, int offset) {
        System.arraycopy(buffer, replyAt, into, offset, replyLength);
        return replyLength;
    }

    boolean replyStartsWith(byte[] start) {
        return replyLength >= start.length
                && Arrays.equals(buffer, replyAt, replyAt + start.length, start, 0, start.length);
    }

    /** The status in the first line of the headers; 0 for none. */
    int status() {
        int at = bodyAt + "NATS/1.0 ".length();
        return headerLength > "NATS/1.0 200".length() && buffer[at - 1] == ' ' ? number(at) : 0;
    }

    int bodyLength() {
        return bodyLength - headerLength;
    }

    /** A byte of the payload. */
    byte body(int index) {
        return buffer[bodyAt + headerLength + index];
    }

    /** The first eight bytes of the payload. */
    long bodyLong() {
        return Stamp.read(buffer, bodyAt + headerLength);
    }

    String body() {
        return text(bodyAt + headerLength, bodyLength - headerLength);
    }

    /** Copies the payload and returns its length. */
    int copyBody(byte[] into, int offset) {
        int length = bodyLength();
        System.arraycopy(buffer, bodyAt + headerLength, into, offset, length);
        return length;
    }

    @Override
    public void close() throws IOException {
        link.close();
    }
}
