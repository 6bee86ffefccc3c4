package io.millrace.micro.memory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.IntFunction;

/** Things that are made by one request to JetStream each, a few at a time. */
final class Requests implements Load {
    private static final int WINDOW = 32;

    /** Streams that consumers are spread over: nats-server lets one have 1,000. */
    private static final int STREAMS = 10;

    private final Peer peer;
    private final IntFunction<String> subject;
    private final IntFunction<String> body;

    private Requests(Peer peer, IntFunction<String> subject, IntFunction<String> body)
            throws IOException {
        this.peer = peer;
        this.subject = subject;
        this.body = body;
        peer.say("SUB _INBOX.memory.> 1\r\n");
        peer.sync();
    }

    /** Streams of one subject each, on file, with nothing in them. */
    static Load streams(ServerProcess server) throws IOException {
        return new Requests(
                server.speaker(),
                i -> "$JS.API.STREAM.CREATE.S" + i,
                i ->
                        "{\"name\":\"S%d\",\"subjects\":[\"s.%d\"],\"storage\":\"file\"}"
                                .formatted(i, i));
    }

    /** Durable pull consumers of ten streams. */
    static Load consumers(ServerProcess server) throws IOException {
        Peer peer = server.speaker();
        Requests requests =
                new Requests(
                        peer,
                        i -> "$JS.API.CONSUMER.CREATE.C%d.D%d".formatted(i % STREAMS, i),
                        i ->
                                ("{\"stream_name\":\"C%d\",\"config\":{\"durable_name\":\"D%d\","
                                                + "\"name\":\"D%d\",\"ack_policy\":\"explicit\"}}")
                                        .formatted(i % STREAMS, i, i));
        for (int stream = 0; stream < STREAMS; stream++) {
            createStream(peer, "C" + stream, "c." + stream, "file");
        }
        return requests;
    }

    /** Makes one stream; the peer listens on _INBOX.memory. */
    static void createStream(Peer peer, String name, String subjects, String storage)
            throws IOException {
        publish(
                peer,
                "$JS.API.STREAM.CREATE." + name,
                "{\"name\":\"%s\",\"subjects\":[\"%s\"],\"storage\":\"%s\"}"
                        .formatted(name, subjects, storage));
        peer.flush();
        peer.awaitAnswers(1);
    }

    private static void publish(Peer peer, String subject, String body) throws IOException {
        int length = body.getBytes(StandardCharsets.UTF_8).length;
        peer.say("PUB " + subject + " _INBOX.memory.1 " + length + "\r\n" + body + "\r\n");
    }

    @Override
    public void grow(int from, int to) throws IOException {
        for (int i = from; i < to; ) {
            int end = Math.min(to, i + WINDOW);
            int asked = end - i;
            for (; i < end; i++) {
                publish(peer, subject.apply(i), body.apply(i));
            }
            peer.flush();
            peer.awaitAnswers(asked);
        }
    }

    @Override
    public void close() throws IOException {
        peer.close();
    }
}
