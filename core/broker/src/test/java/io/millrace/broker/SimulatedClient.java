package io.millrace.broker;

import io.millrace.testkit.SimulatedPeer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One client of a simulation: what it has said, and what it has heard. */
final class SimulatedClient {
    final int number;
    final SimulatedPeer peer;
    final boolean echo;
    final boolean headers;
    final boolean verbose;

    /** What it has subscribed to, as the model sees it. */
    final Map<String, Wanted> subscriptions = new HashMap<>();

    /**
     * What it must hear, in this order: for every step of the model the lines that belong to it.
     */
    final List<Expected> expected = new ArrayList<>();

    final List<Heard> heard = new ArrayList<>();
    private final ArrayDeque<Said> unread = new ArrayDeque<>();
    private long saidBytes;
    private String rest = "";
    boolean gone;
    boolean left;

    /** An operation that the server executes when the byte at {@code end} has come. */
    record Said(long end, Runnable effect) {}

    /** A subscription in the model. */
    static final class Wanted {
        final String sid;
        final String subject;
        final @Nullable String queue;
        long max;
        long delivered;

        Wanted(String sid, String subject, @Nullable String queue) {
            this.sid = sid;
            this.subject = subject;
            this.queue = queue;
        }
    }

    /** A line of the server, and the message behind it. */
    record Expected(long step, String line) {}

    /**
     * What came.
     *
     * @param message the number of the message; -1 for +OK and PONG
     */
    record Heard(String sid, long message, String text) {}

    SimulatedClient(
            int number, SimulatedPeer peer, boolean echo, boolean headers, boolean verbose) {
        this.number = number;
        this.peer = peer;
        this.echo = echo;
        this.headers = headers;
        this.verbose = verbose;
    }

    void say(String text, Runnable effect) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        saidBytes += bytes.length;
        unread.add(new Said(saidBytes, effect));
        peer.say(bytes);
    }

    /** The server has read so much: it executes what is complete. */
    void received(long total) {
        while (!unread.isEmpty() && unread.element().end() <= total) {
            unread.remove().effect().run();
        }
    }

    /** Takes what has come apart. */
    void hear() {
        String text = rest + peer.heard();
        int position = 0;
        while (true) {
            int lineEnd = text.indexOf("\r\n", position);
            if (lineEnd < 0) {
                break;
            }
            String line = text.substring(position, lineEnd);
            int next = lineEnd + 2;
            if (line.startsWith("MSG ") || line.startsWith("HMSG ")) {
                String[] words = line.split(" ", -1);
                int size = Integer.parseInt(words[words.length - 1]);
                if (text.length() < next + size + 2) {
                    break;
                }
                String body = text.substring(next, next + size);
                if (!text.startsWith("\r\n", next + size)) {
                    throw new AssertionError("no line end behind the message of " + line);
                }
                heard.add(new Heard(words[2], number(body), line + "\n" + body));
                next += size + 2;
            } else if (!line.startsWith("INFO ")) {
                heard.add(new Heard("", -1, line));
            }
            position = next;
        }
        rest = text.substring(position);
    }

    private static long number(String body) {
        int from = body.startsWith("NATS/1.0") ? body.indexOf("\r\n\r\n") + 4 : 0;
        return Long.parseLong(body.substring(from, body.indexOf(':', from)));
    }

    boolean isGone() {
        return gone;
    }
}
