package io.millrace.net.ws;

import java.nio.ByteBuffer;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.enums.Role;
import org.java_websocket.exceptions.InvalidDataException;
import org.java_websocket.exceptions.InvalidHandshakeException;
import org.java_websocket.framing.BinaryFrame;
import org.java_websocket.framing.CloseFrame;
import org.java_websocket.framing.ContinuousFrame;
import org.java_websocket.framing.DataFrame;
import org.java_websocket.framing.PongFrame;
import org.java_websocket.handshake.HandshakeImpl1Client;
import org.java_websocket.handshake.HandshakeImpl1Server;

/** A thread's codec: the only class that knows the library. One thread. */
/* The library takes whole frames only, allocates what their heads say, does not ask for masks,
 * inflates without a bound and trips over close frames. So FrameReader looks at the heads, and what
 * has arrived of a frame is opened as a frame of its own; what is compressed, Inflation opens.
 * Nothing of a connection stays in here. */
final class Frames {
    /** A part of a frame that is opened at once. */
    static final int PIECE_BYTES = 16 * 1024;

    static final int NO_CODE = CloseFrame.NOCODE;

    private static final int HEAD_BYTES = 8;
    private static final int RECEIVE_BYTES = 104 * 1024;
    private static final int SEND_BYTES = 80 * 1024;
    private static final ThreadLocal<Frames> OF_THREAD = ThreadLocal.withInitial(Frames::new);

    /** Where bytes from below arrive; a loop's whole buffer, and what was left before. */
    final byte[] received = new byte[RECEIVE_BYTES];

    /** Where compressed bytes are made. */
    final byte[] deflated = new byte[SEND_BYTES];

    private final byte[] piece = new byte[HEAD_BYTES + PIECE_BYTES];
    private final Draft_6455 codec = new Draft_6455();

    private Frames() {
        codec.setParseMode(Role.SERVER);
    }

    static Frames ofThread() {
        return OF_THREAD.get();
    }

    /** The answer to a client's key. */
    String accept(String key) {
        HandshakeImpl1Client request = new HandshakeImpl1Client();
        request.put("Connection", "Upgrade");
        request.put("Sec-WebSocket-Key", key);
        HandshakeImpl1Server answer = new HandshakeImpl1Server();
        try {
            codec.postProcessHandshakeResponseAsServer(request, answer);
        } catch (InvalidHandshakeException impossible) {
            throw new IllegalArgumentException("no key", impossible);
        }
        return answer.getFieldValue("Sec-WebSocket-Accept");
    }

    /**
     * What a part of a masked frame says.
     *
     * @param mask the key, turned to where the part begins
     * @param length at most {@link #PIECE_BYTES}
     */
    byte[] open(int mask, byte[] from, int offset, int length) throws WebSocketException {
        ByteBuffer frame = ByteBuffer.wrap(piece).put((byte) (0x80 | FrameReader.BINARY));
        if (length < 126) {
            frame.put((byte) (0x80 | length));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) length);
        }
        frame.putInt(mask).put(from, offset, length).flip();
        try {
            ByteBuffer payload = codec.translateFrame(frame).getFirst().getPayloadData();
            byte[] bytes = new byte[payload.remaining()];
            payload.get(bytes);
            return bytes;
        } catch (InvalidDataException wrong) {
            throw new WebSocketException(String.valueOf(wrong.getMessage()));
        }
    }

    /**
     * A frame with data for the client.
     *
     * @param first whether it begins a message
     * @param last whether it ends one
     */
    ByteBuffer data(
            byte[] from, int offset, int length, boolean compressed, boolean first, boolean last) {
        DataFrame frame = first ? new BinaryFrame() : new ContinuousFrame();
        frame.setRSV1(compressed && first);
        frame.setFin(last);
        frame.setPayload(ByteBuffer.wrap(from, offset, length));
        return codec.createBinaryFrame(frame);
    }

    ByteBuffer pong(byte[] payload) {
        PongFrame frame = new PongFrame();
        frame.setPayload(ByteBuffer.wrap(payload));
        return codec.createBinaryFrame(frame);
    }

    /** A close frame; {@link #NO_CODE} makes one that says nothing. */
    ByteBuffer close(int code, String reason) {
        CloseFrame frame = new CloseFrame();
        frame.setCode(code);
        frame.setReason(reason);
        return codec.createBinaryFrame(frame);
    }
}
