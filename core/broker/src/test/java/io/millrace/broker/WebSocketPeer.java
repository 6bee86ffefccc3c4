package io.millrace.broker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.testkit.SimulatedPeer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** A client over WebSocket, with a codec of its own: it says what no client should say, too. */
final class WebSocketPeer {
    static final int PORT = 8080;
    static final int CONTINUATION = 0x00;
    static final int TEXT = 0x01;
    static final int BINARY = 0x02;
    static final int CLOSE = 0x08;
    static final int PING = 0x09;
    static final int PONG = 0x0a;

    /** Bits of a frame's first byte. */
    static final int LAST = 0x80;

    static final int PACKED = 0x40;
    static final String COMPRESSED = "Sec-WebSocket-Extensions: permessage-deflate";
    private static final int MASK = 0x5a01f37c;

    final SimulatedServer world;
    final SimulatedPeer peer;
    private byte[] rest = {};

    /** A frame of the server. */
    static final class Frame {
        private final int first;
        private final byte[] payload;

        Frame(int first, byte[] payload) {
            this.first = first;
            this.payload = payload;
        }

        int first() {
            return first;
        }

        int length() {
            return payload.length;
        }

        String text() {
            return new String((first & PACKED) != 0 ? inflated(payload) : payload, UTF_8);
        }

        /** The code of a close frame, and its reason. */
        String end() {
            return payload.length == 0
                    ? ""
                    : ByteBuffer.wrap(payload).getShort()
                            + " "
                            + new String(payload, 2, payload.length - 2, UTF_8);
        }
    }

    private WebSocketPeer(SimulatedServer world) {
        this.world = world;
        this.peer = world.loop.connect(PORT);
    }

    /** A connection that has not said anything. */
    static WebSocketPeer connected(SimulatedServer world) {
        return new WebSocketPeer(world);
    }

    /** A client whose upgrade was accepted, and which has read its INFO. */
    static WebSocketPeer opened(SimulatedServer world, String... headers) {
        WebSocketPeer client = new WebSocketPeer(world);
        String answer = client.ask(request("/", headers));
        if (!answer.startsWith("HTTP/1.1 101 ")) {
            throw new AssertionError("not accepted: " + answer);
        }
        client.frames();
        return client;
    }

    /** The same after CONNECT and the first PING. */
    static WebSocketPeer quiet(SimulatedServer world, String... headers) {
        WebSocketPeer client = opened(world, headers);
        client.say(SimulatedServer.QUIET + "PING\r\n");
        client.frames();
        return client;
    }

    static String request(String path, String... headers) {
        StringBuilder request =
                new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: a.example\r\n")
                        .append("Upgrade: websocket\r\nConnection: Upgrade\r\n")
                        .append("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n")
                        .append("Sec-WebSocket-Version: 13\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        return request.append("\r\n").toString();
    }

    /** Sends it as it is; the HTTP head of the answer. Frames behind it are for later. */
    String ask(String request) {
        peer.say(request.getBytes(ISO_8859_1));
        world.loop.settle();
        byte[] heard = peer.heardBytes();
        String text = new String(heard, ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (text.startsWith("HTTP/1.1 101 ")) {
            rest = Arrays.copyOfRange(heard, end + 4, heard.length);
            return text.substring(0, end + 4);
        }
        return text;
    }

    /** One whole message. */
    WebSocketPeer say(String text) {
        return send(LAST | BINARY, text);
    }

    WebSocketPeer send(int first, String text) {
        return send(first, text.getBytes(UTF_8));
    }

    WebSocketPeer send(int first, byte[] payload) {
        return raw(frame(first, payload, payload.length));
    }

    WebSocketPeer raw(byte[] bytes) {
        peer.say(bytes);
        world.loop.settle();
        return this;
    }

    /** A masked frame that says that it has {@code length} bytes, whatever it has. */
    static byte[] frame(int first, byte[] payload, long length) {
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length);
        frame.put((byte) first);
        if (length >= 0 && length < 126) {
            frame.put((byte) (0x80 | length));
        } else if (length >= 0 && length < 65536) {
            frame.put((byte) 0xfe).putShort((short) length);
        } else {
            frame.put((byte) 0xff).putLong(length);
        }
        frame.putInt(MASK);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ (MASK >>> (24 - 8 * (i % 4)))));
        }
        byte[] bytes = new byte[frame.flip().remaining()];
        frame.get(bytes);
        return bytes;
    }

    static byte[] deflated(byte[] bytes) {
        try (Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true)) {
            deflater.setInput(bytes);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[65536];
            int count;
            do {
                count = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
                out.write(buffer, 0, count);
            } while (count == buffer.length);
            return Arrays.copyOf(out.toByteArray(), out.size() - 4);
        }
    }

    private static byte[] inflated(byte[] bytes) {
        try (Inflater inflater = new Inflater(true)) {
            byte[] whole = Arrays.copyOf(bytes, bytes.length + 4);
            whole[bytes.length + 2] = (byte) 0xff;
            whole[bytes.length + 3] = (byte) 0xff;
            inflater.setInput(whole);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[65536];
            int count;
            while ((count = inflater.inflate(buffer)) > 0) {
                out.write(buffer, 0, count);
            }
            return out.toByteArray();
        } catch (DataFormatException damaged) {
            throw new AssertionError(damaged);
        }
    }

    /** The frames that have come since it was asked last. */
    List<Frame> frames() {
        byte[] more = peer.heardBytes();
        ByteBuffer bytes = ByteBuffer.allocate(rest.length + more.length).put(rest).put(more);
        bytes.flip();
        List<Frame> frames = new ArrayList<>();
        while (bytes.remaining() >= 2) {
            int first = bytes.get() & 0xff;
            int second = bytes.get() & 0xff;
            if ((second & 0x80) != 0) {
                throw new AssertionError("a server does not mask");
            }
            long length =
                    second == 126
                            ? bytes.getShort() & 0xffff
                            : second == 127 ? bytes.getLong() : second;
            byte[] payload = new byte[(int) length];
            bytes.get(payload);
            frames.add(new Frame(first, payload));
        }
        rest = new byte[bytes.remaining()];
        bytes.get(rest);
        return frames;
    }

    /** What the data frames say that have come since it was asked last. */
    String heard() {
        StringBuilder text = new StringBuilder();
        for (Frame frame : frames()) {
            if ((frame.first() & 0x0f) == BINARY) {
                text.append(frame.text());
            }
        }
        return text.toString();
    }

    /** The close frame that has come, as "code reason"; empty without one. */
    String end() {
        String end = "";
        for (Frame frame : frames()) {
            end = (frame.first() & 0x0f) == CLOSE ? frame.end() : end;
        }
        return end;
    }
}
