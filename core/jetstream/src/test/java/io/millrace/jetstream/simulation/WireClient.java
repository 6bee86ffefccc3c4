package io.millrace.jetstream.simulation;

import io.millrace.testkit.SimulatedPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A client that speaks the protocol over a simulated connection. Owned by one test. */
final class WireClient {
    private static final String CONNECT =
            "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"no_responders\":true,"
                    + "\"protocol\":1}\r\n";
    private static final String BLOCK_END = "\r\n\r\n";

    private final SimulatedPeer peer;
    private final Consumer<String> story;
    private String rest = "";

    /** What has come: {@code headers} is the whole block, empty when there is none. */
    record Message(String sid, String subject, String reply, String headers, String body) {
        /** The status of a message that is only that, "404 No Messages"; empty for others. */
        String status() {
            return headers.startsWith("NATS/1.0 ")
                    ? headers.substring("NATS/1.0 ".length(), headers.indexOf('\r'))
                    : "";
        }
    }

    /**
     * A client that says hello first.
     *
     * @param story hears what is said and heard
     */
    WireClient(SimulatedPeer peer, Consumer<String> story) {
        this.peer = peer;
        this.story = story;
        peer.say(CONNECT);
    }

    private void say(String text) {
        story.accept("> " + text);
        peer.say(text);
    }

    SimulatedPeer peer() {
        return peer;
    }

    void subscribe(String subject, String sid) {
        say("SUB " + subject + " " + sid + "\r\n");
    }

    void unsubscribe(String sid) {
        say("UNSUB " + sid + "\r\n");
    }

    void publish(String subject, String reply, String headers, String body) {
        String names = subject + (reply.isEmpty() ? " " : " " + reply + " ");
        if (headers.isEmpty()) {
            say("PUB " + names + body.length() + "\r\n" + body + "\r\n");
        } else {
            say(
                    "HPUB "
                            + names
                            + headers.length()
                            + " "
                            + (headers.length() + body.length())
                            + "\r\n"
                            + headers
                            + body
                            + "\r\n");
        }
    }

    /** Takes apart what has come since the last time. */
    List<Message> hear() {
        List<Message> heard = new ArrayList<>();
        String text = rest + peer.heard();
        int position = 0;
        for (int end = text.indexOf("\r\n"); end >= 0; end = text.indexOf("\r\n", position)) {
            String line = text.substring(position, end);
            int next = end + 2;
            if (line.startsWith("MSG ") || line.startsWith("HMSG ")) {
                String[] words = line.split(" ", -1);
                int size = Integer.parseInt(words[words.length - 1]);
                if (text.length() < next + size + 2) {
                    break;
                }
                heard.add(message(words, text.substring(next, next + size)));
                story.accept("< " + text.substring(position, next + size));
                next += size + 2;
            } else if (line.equals("PING")) {
                peer.say("PONG\r\n");
            } else if (!line.startsWith("INFO ") && !line.equals("PONG")) {
                throw new AssertionError("the server says " + line);
            }
            position = next;
        }
        rest = text.substring(position);
        return heard;
    }

    private static Message message(String[] words, String content) {
        boolean headed = words[0].equals("HMSG");
        int fixed = headed ? 5 : 4;
        String reply = words.length > fixed ? words[3] : "";
        int block = headed ? Integer.parseInt(words[words.length - 2]) : 0;
        if (headed && !content.startsWith(BLOCK_END, block - BLOCK_END.length())) {
            throw new AssertionError("a header block does not end: " + content);
        }
        return new Message(
                words[2], words[1], reply, content.substring(0, block), content.substring(block));
    }
}
