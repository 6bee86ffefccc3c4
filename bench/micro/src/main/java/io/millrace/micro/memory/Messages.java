package io.millrace.micro.memory;

import java.io.IOException;
import java.util.function.IntFunction;

/** Messages in one stream, each acknowledged. */
final class Messages implements Load {
    private static final int WINDOW = 1_000;

    private final Peer peer;
    private final IntFunction<String> subject;
    private final String tail;

    Messages(ServerProcess server, String storage, int bytes, IntFunction<String> subject)
            throws IOException {
        peer = server.speaker();
        this.subject = subject;
        tail = " _INBOX.memory.1 " + bytes + "\r\n" + "x".repeat(bytes) + "\r\n";
        peer.say("SUB _INBOX.memory.> 1\r\n");
        Requests.createStream(peer, "M", "plant.>", storage);
    }

    @Override
    public void grow(int from, int to) throws IOException {
        for (int i = from; i < to; ) {
            int end = Math.min(to, i + WINDOW);
            int sent = end - i;
            for (; i < end; i++) {
                peer.say("PUB " + subject.apply(i) + tail);
            }
            peer.flush();
            peer.awaitAnswers(sent);
        }
    }

    @Override
    public void close() throws IOException {
        peer.close();
    }
}
