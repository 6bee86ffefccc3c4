package io.millrace.net;

import io.millrace.runtime.Timer;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A listening socket of a {@link NioLoop}. */
final class NioListener implements NetLoop.Listener, NioLoop.Ready {
    /** Accepting in one turn is bounded, so that a flood of connects cannot starve the others. */
    private static final int ACCEPTS_PER_TURN = 256;

    /** The pause after a failed accept, mostly "too many open files". */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final NioLoop loop;
    private final ServerSocketChannel channel;
    private final Function<Transport, TransportHandler> onAccept;
    private final int port;
    private @Nullable SelectionKey key;

    NioListener(
            NioLoop loop,
            ServerSocketChannel channel,
            Function<Transport, TransportHandler> onAccept) {
        this.loop = loop;
        this.channel = channel;
        this.onAccept = onAccept;
        this.port = channel.socket().getLocalPort();
    }

    void register() {
        try {
            if (channel.isOpen()) {
                key = channel.register(loop.selector(), SelectionKey.OP_ACCEPT, this);
            }
        } catch (ClosedChannelException closedMeanwhile) {
            loop.log().debug("listener on port " + port + " closed before it was registered");
        }
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failed) {
            loop.log().debug("closing the listener on port " + port + ": " + failed);
        }
        // the selector holds the socket until its next turn
        loop.execute(() -> {});
    }

    @Override
    public void ready(SelectionKey ready) {
        try {
            for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
                SocketChannel accepted = channel.accept();
                if (accepted == null) {
                    return;
                }
                loop.adopt(accepted, onAccept);
            }
        } catch (ClosedChannelException closedMeanwhile) {
            // nothing more to accept
        } catch (IOException failed) {
            loop.log().error("Client accept error: " + failed.getMessage());
            pause();
        }
    }

    @Override
    public void abandon() {
        pause();
    }

    private void pause() {
        SelectionKey registered = key;
        if (registered == null) {
            return;
        }
        registered.interestOps(0);
        loop.timers()
                .schedule(
                        new Timer() {
                            @Override
                            protected void fire() {
                                if (registered.isValid()) {
                                    registered.interestOps(SelectionKey.OP_ACCEPT);
                                }
                            }
                        },
                        PAUSE_NANOS);
    }
}
