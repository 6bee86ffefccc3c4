package io.millrace.micro.memory;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Subscriptions on subjects of their own, spread over connections. */
final class Subscriptions implements Load {
    private static final int BUFFER_BYTES = 1024;

    private final List<Peer> peers = new ArrayList<>();
    private final IntFunction<String> subject;

    Subscriptions(ServerProcess server, int connections, IntFunction<String> subject)
            throws IOException {
        this.subject = subject;
        for (int i = 0; i < connections; i++) {
            peers.add(Peer.connect(server.port(), 1, BUFFER_BYTES, null));
        }
    }

    @Override
    public void grow(int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            peers.get(i % peers.size()).say("SUB " + subject.apply(i) + " " + i + "\r\n");
        }
        for (Peer peer : peers) {
            peer.sync();
        }
    }

    @Override
    public void close() throws IOException {
        for (Peer peer : peers) {
            peer.close();
        }
    }
}
