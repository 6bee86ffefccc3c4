package io.millrace.net.tls;

import io.millrace.net.Transport;
import io.millrace.net.TransportHandler;
import io.millrace.runtime.Loop;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of TLS over another transport. Threads as for any {@link Transport}; whoever
 * handles the transport below hands its {@code readable} and {@code writable} to this.
 */
/* What has arrived is unwrapped straight into the caller's buffer. No more is taken from below than
 * the caller has room for, and plain bytes never outnumber the sealed ones, so everything complete
 * is delivered and only a part of a record waits here: the readiness of the transport below is the
 * readiness of this one. What the peer does not take waits here sealed, and send() takes nothing
 * more until it is gone. Everything else is borrowed from the thread for the time of a call.
 *
 * Delegated tasks (the signature of a handshake, below a millisecond) run on the loop itself.
 *
 * The lock: another loop may send while this one receives, and receiving may have to send (a key
 * update). Nobody above is called while it is held. */
public final class TlsTransport implements Transport, TransportHandler {
    private static final int RECEIVE_BYTES_MIN = 32 * 1024;

    private static final int RECORD_PLAIN_BYTES = 16 * 1024;
    private static final int FIRST_BYTE = 0x16;
    private static final byte[] NOTHING = {};

    private final Transport below;
    private final Loop loop;
    private final TlsHandler above;
    private final SSLEngine engine;

    /** Sealed bytes that are not a whole record yet, or arrived with the handshake's last. */
    private byte[] arrived;

    /** Sealed bytes that the peer has not taken. */
    private byte[] unsent = NOTHING;

    private boolean hasBegun;
    private volatile boolean isSecured;
    private volatile boolean isClosed;
    private boolean aboveWantsToWrite;
    private boolean wantsReading = true;

    private TlsTransport(
            Transport below, Loop loop, TlsHandler above, TlsContext context, byte[] arrived) {
        this.below = below;
        this.loop = loop;
        this.above = above;
        this.engine = context.newEngine();
        this.arrived = arrived;
    }

    /**
     * A transport that awaits the client's handshake. Call {@link #readable} once afterwards, at
     * the latest when bytes arrive: what was read before is looked at then.
     *
     * @param arrived what was read from {@code below} already
     */
    public static TlsTransport over(
            Transport below, Loop loop, TlsHandler above, TlsContext context, byte[] arrived) {
        return new TlsTransport(below, loop, above, context, arrived);
    }

    /** Whether a stream that begins with this byte begins with a TLS handshake. */
    public static boolean isFirstByte(byte first) {
        return first == FIRST_BYTE;
    }

    @Override
    public void readable() {
        if (isSecured) {
            above.readable();
            return;
        }
        if (isClosed) {
            return;
        }
        String failure;
        try {
            shakeHands();
            failure = null;
        } catch (IOException | RuntimeException failed) {
            failure = reason(failed);
            close();
        }
        if (failure != null) {
            above.handshakeFailed(failure);
        } else if (isSecured) {
            above.secured();
            tellIfAnyWait();
        }
    }

    @Override
    public void writable() {
        boolean tells;
        try {
            synchronized (this) {
                boolean flushed = flush();
                below.armWriting(!flushed || (isSecured && aboveWantsToWrite));
                tells = flushed && isSecured && aboveWantsToWrite;
            }
        } catch (IOException broken) {
            // whoever is above learns it by sending or receiving
            tells = true;
        }
        if (tells) {
            above.writable();
        }
    }

    /** The words for the log; where Go's are known to operators, those. */
    private static String reason(Exception failed) {
        String message = failed.getMessage();
        if (message == null) {
            return failed.getClass().getSimpleName();
        }
        return message.contains("Empty client certificate chain")
                ? "tls: client didn't provide a certificate"
                : message;
    }

    private synchronized void shakeHands() throws IOException {
        ByteBuffer in = Scratch.ofThread().received;
        in.clear().put(arrived).flip();
        try {
            while (!isSecured) {
                boolean goesOn = hasBegun ? step(in) : begin(in);
                if (!goesOn) {
                    return;
                }
            }
        } catch (SSLException refused) {
            tellAlert();
            throw refused;
        } finally {
            arrived = rest(in);
        }
    }

    private boolean begin(ByteBuffer in) throws IOException {
        if (!in.hasRemaining()) {
            return receiveMore(in);
        }
        if (!isFirstByte(in.get(in.position()))) {
            throw new IOException("tls: first record does not look like a TLS handshake");
        }
        engine.beginHandshake();
        hasBegun = true;
        return true;
    }

    /** One step of the handshake; false when it has to wait for the peer. */
    private boolean step(ByteBuffer in) throws IOException {
        return switch (engine.getHandshakeStatus()) {
            case NEED_TASK -> {
                runTasks();
                yield true;
            }
            case NEED_WRAP -> {
                wrapNothing();
                isSecured = engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
                yield true;
            }
            default -> unwrapHandshake(in);
        };
    }

    private boolean unwrapHandshake(ByteBuffer in) throws IOException {
        SSLEngineResult result = engine.unwrap(in, Scratch.ofThread().sent.clear());
        isSecured = result.getHandshakeStatus() == HandshakeStatus.FINISHED;
        return switch (result.getStatus()) {
            case CLOSED, BUFFER_OVERFLOW ->
                    throw new EOFException("the client ended the handshake");
            case BUFFER_UNDERFLOW -> receiveMore(in);
            case OK -> true;
        };
    }

    private boolean receiveMore(ByteBuffer in) throws IOException {
        in.compact();
        int room = Math.min(in.remaining(), RECORD_PLAIN_BYTES);
        int count = below.receive(Scratch.ofThread().receivedBytes, in.position(), room);
        if (count > 0) {
            in.position(in.position() + count);
        }
        in.flip();
        if (count < 0) {
            throw new EOFException("EOF");
        }
        return count > 0;
    }

    private void runTasks() {
        Runnable task;
        while ((task = engine.getDelegatedTask()) != null) {
            task.run();
        }
    }

    private static byte[] rest(ByteBuffer in) {
        return in.hasRemaining()
                ? Arrays.copyOfRange(Scratch.ofThread().receivedBytes, in.position(), in.limit())
                : NOTHING;
    }

    @Override
    public int leastReceive() {
        return RECEIVE_BYTES_MIN;
    }

    @Override
    public synchronized int receive(byte[] into, int offset, int length) throws IOException {
        if (length < RECEIVE_BYTES_MIN) {
            throw new IllegalArgumentException("room for " + length + " bytes only");
        }
        if (!isSecured) {
            return 0;
        }
        ByteBuffer in = Scratch.ofThread().received;
        in.clear().put(arrived);
        int room = Math.max(0, Math.min(in.remaining(), length - arrived.length));
        int count = below.receive(Scratch.ofThread().receivedBytes, in.position(), room);
        in.position(in.position() + Math.max(count, 0)).flip();
        ByteBuffer plain = ByteBuffer.wrap(into, offset, length);
        boolean ended;
        try {
            ended = unwrapAll(in, plain);
        } finally {
            arrived = rest(in);
        }
        int taken = plain.position() - offset;
        return taken == 0 && (ended || count < 0) ? -1 : taken;
    }

    /** Whether the peer has said that it ends its stream. */
    private boolean unwrapAll(ByteBuffer in, ByteBuffer plain) throws IOException {
        while (in.hasRemaining()) {
            SSLEngineResult result = engine.unwrap(in, plain);
            switch (result.getStatus()) {
                case CLOSED -> {
                    return true;
                }
                case BUFFER_UNDERFLOW -> {
                    return false;
                }
                case BUFFER_OVERFLOW -> {
                    loop.execute(this::tellIfAnyWait);
                    return false;
                }
                case OK -> afterRecord();
            }
        }
        return false;
    }

    /** A record may ask for an answer: a key update's may be given, a new handshake's never. */
    private void afterRecord() throws IOException {
        while (engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
            if (!engine.getSession().getProtocol().equals("TLSv1.3")) {
                throw new SSLException("tls: renegotiation refused");
            }
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> runTasks();
                case NEED_WRAP -> wrapNothing();
                default -> {
                    return;
                }
            }
        }
    }

    @Override
    public synchronized int send(byte[] from, int offset, int length) throws IOException {
        if (!isSecured || !flush()) {
            return 0;
        }
        ByteBuffer plain = ByteBuffer.wrap(from, offset, length);
        ByteBuffer sealed = Scratch.ofThread().sent;
        int packet = engine.getSession().getPacketBufferSize();
        while (plain.hasRemaining() && unsent.length == 0) {
            sealed.clear();
            while (plain.hasRemaining() && sealed.remaining() >= packet) {
                SSLEngineResult result = engine.wrap(plain, sealed);
                if (result.getStatus() != SSLEngineResult.Status.OK) {
                    throw new SSLException("tls: stream ended");
                }
            }
            deliver(sealed.position());
        }
        return plain.position() - offset;
    }

    private void wrapNothing() throws IOException {
        ByteBuffer sealed = Scratch.ofThread().sent;
        sealed.clear();
        engine.wrap(ByteBuffer.allocate(0), sealed);
        deliver(sealed.position());
    }

    /** Hands this thread's sealed bytes down, behind those that wait. */
    private void deliver(int length) throws IOException {
        int sent = unsent.length == 0 ? below.send(Scratch.ofThread().sentBytes, 0, length) : 0;
        if (sent < length) {
            int waiting = unsent.length;
            byte[] both = Arrays.copyOf(unsent, waiting + length - sent);
            System.arraycopy(Scratch.ofThread().sentBytes, sent, both, waiting, length - sent);
            unsent = both;
            below.armWriting(true);
        }
    }

    /** Whether nothing sealed waits any more. */
    private boolean flush() throws IOException {
        if (unsent.length > 0) {
            int sent = below.send(unsent, 0, unsent.length);
            unsent =
                    sent == unsent.length
                            ? NOTHING
                            : Arrays.copyOfRange(unsent, sent, unsent.length);
        }
        return unsent.length == 0;
    }

    @Override
    public synchronized void armWriting(boolean wanted) {
        aboveWantsToWrite = wanted;
        below.armWriting(wanted || unsent.length > 0);
    }

    @Override
    public void armReading(boolean wanted) {
        wantsReading = wanted;
        below.armReading(wanted);
        if (wanted && isSecured && arrived.length > 0) {
            // they may be whole records, of which the transport below knows nothing more
            loop.execute(this::tellIfAnyWait);
        }
    }

    private void tellIfAnyWait() {
        if (arrived.length > 0 && !isClosed && wantsReading) {
            above.readable();
        }
    }

    @Override
    public synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try {
            flush();
            if (hasBegun) {
                engine.closeOutbound();
                tellAlert();
            }
        } catch (IOException gone) {
            // nobody is there to hear it
        }
        below.close();
    }

    /** The peer is told why it ends, as far as it takes it. */
    private void tellAlert() {
        try {
            for (int i = 0;
                    i < 3 && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
                    i++) {
                wrapNothing();
            }
        } catch (IOException gone) {
            unsent = NOTHING;
        }
    }

    /** What waits here, either way: nothing while the connection is idle. */
    synchronized int waitingBytes() {
        return arrived.length + unsent.length;
    }

    @Override
    public String remoteHost() {
        return below.remoteHost();
    }

    @Override
    public int remotePort() {
        return below.remotePort();
    }

    @Override
    public String localHost() {
        return below.localHost();
    }

    /** "1.2" or "1.3"; null before the handshake is over. */
    public @Nullable String version() {
        String protocol = engine.getSession().getProtocol();
        return isSecured ? protocol.substring("TLSv".length()) : null;
    }

    /** The IANA name; null before the handshake is over. */
    public @Nullable String cipherSuite() {
        return isSecured ? engine.getSession().getCipherSuite() : null;
    }

    /** The client's verified certificates, its own first; empty without any. */
    public List<X509Certificate> peerCertificates() {
        try {
            return Arrays.stream(engine.getSession().getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (SSLPeerUnverifiedException none) {
            return List.of();
        }
    }

    /**
     * The names of the client's certificate: e-mail addresses, DNS names, URIs, and last its
     * subject (RFC 2253); empty without a certificate.
     */
    public List<String> certificateNames() {
        List<X509Certificate> certificates = peerCertificates();
        return certificates.isEmpty() ? List.of() : PeerNames.of(certificates.getFirst());
    }
}
