package io.millrace.net;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A TCP connection of a {@link NioLoop}. */
final class NioTransport implements Transport, NioLoop.Ready {
    private final NioLoop loop;
    private final SocketChannel channel;
    private @Nullable SelectionKey key;
    private @Nullable TransportHandler handler;

    NioTransport(NioLoop loop, SocketChannel channel) {
        this.loop = loop;
        this.channel = channel;
    }

    void register(TransportHandler above) throws IOException {
        handler = above;
        if (channel.isOpen()) {
            key = channel.register(loop.selector(), SelectionKey.OP_READ, this);
        }
    }

    @Override
    public int receive(byte[] into, int offset, int length) throws IOException {
        return loop.receiveRoom().receive(channel, into, offset, length);
    }

    @Override
    public int send(byte[] from, int offset, int length) throws IOException {
        ByteBuffer direct = SendBuffer.ofThread();
        int sent = 0;
        while (sent < length) {
            int portion = Math.min(length - sent, direct.capacity());
            direct.clear();
            direct.put(0, from, offset + sent, portion).limit(portion);
            int taken = channel.write(direct);
            sent += taken;
            if (taken < portion) {
                break;
            }
        }
        return sent;
    }

    @Override
    public void armWriting(boolean wanted) {
        arm(SelectionKey.OP_WRITE, wanted);
    }

    @Override
    public void armReading(boolean wanted) {
        arm(SelectionKey.OP_READ, wanted);
    }

    private void arm(int operation, boolean wanted) {
        SelectionKey registered = key;
        if (registered == null || !registered.isValid()) {
            return;
        }
        if (wanted) {
            registered.interestOpsOr(operation);
        } else {
            registered.interestOpsAnd(~operation);
        }
        if (!loop.isCurrent()) {
            loop.execute(() -> {});
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException ignored) {
            // a socket that cannot be closed is closed
        }
    }

    @Override
    public void ready(SelectionKey ready) {
        TransportHandler above = requireNonNull(handler, "handler");
        int operations = ready.readyOps();
        if ((operations & SelectionKey.OP_WRITE) != 0) {
            above.writable();
        }
        if ((operations & SelectionKey.OP_READ) != 0 && ready.isValid()) {
            above.readable();
        }
    }

    @Override
    public void abandon() {
        close();
    }

    @Override
    public String remoteHost() {
        return remote() instanceof InetSocketAddress address ? host(address.getAddress()) : "";
    }

    @Override
    public int remotePort() {
        return remote() instanceof InetSocketAddress address ? address.getPort() : 0;
    }

    /** Not by {@code channel.socket()}: that would keep an adaptor for each connection. */
    private @Nullable SocketAddress remote() {
        try {
            return channel.getRemoteAddress();
        } catch (IOException closed) {
            return null;
        }
    }

    @Override
    public String localHost() {
        try {
            return channel.getLocalAddress() instanceof InetSocketAddress address
                    ? host(address.getAddress())
                    : "";
        } catch (IOException closed) {
            return "";
        }
    }

    private static String host(@Nullable InetAddress address) {
        if (address == null) {
            return "";
        }
        String text = address.getHostAddress();
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
