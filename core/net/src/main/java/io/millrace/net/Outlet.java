package io.millrace.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;

/** A socket that messages leave by and nothing enters. One thread; blocking, so never a loop's. */
public final class Outlet implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5_000;

    private final ByteChannel channel;

    private Outlet(ByteChannel channel) {
        this.channel = channel;
    }

    /**
     * Sends each message as a datagram.
     *
     * @throws IOException when the host has no address
     */
    public static Outlet udp(String host, int port) throws IOException {
        InetSocketAddress address = resolved(host, port);
        DatagramChannel channel = DatagramChannel.open();
        return connected(channel, () -> channel.connect(address));
    }

    /**
     * Sends the messages one behind the other.
     *
     * @throws IOException when nobody listens there
     */
    public static Outlet tcp(String host, int port) throws IOException {
        InetSocketAddress address = resolved(host, port);
        SocketChannel channel = SocketChannel.open();
        return connected(channel, () -> channel.socket().connect(address, CONNECT_MILLIS));
    }

    /**
     * Sends the messages one behind the other to a stream socket of this machine.
     *
     * @throws IOException when nobody listens there
     */
    public static Outlet unix(String path) throws IOException {
        UnixDomainSocketAddress address;
        try {
            address = UnixDomainSocketAddress.of(path);
        } catch (IllegalArgumentException impossible) {
            throw new IOException("invalid argument", impossible);
        }
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        return connected(channel, () -> channel.connect(address));
    }

    private static InetSocketAddress resolved(String host, int port) throws IOException {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException("lookup " + host + ": no such host");
        }
        return address;
    }

    private interface Connecting {
        void connect() throws IOException;
    }

    private static Outlet connected(ByteChannel channel, Connecting connecting) throws IOException {
        try {
            connecting.connect();
        } catch (IOException refused) {
            channel.close();
            throw refused;
        }
        return new Outlet(channel);
    }

    /** Returns when the whole message has been handed over. */
    public void send(byte[] message) throws IOException {
        ByteBuffer left = ByteBuffer.wrap(message);
        while (left.hasRemaining()) {
            channel.write(left);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
