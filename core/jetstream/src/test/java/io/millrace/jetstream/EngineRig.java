package io.millrace.jetstream;

import io.millrace.broker.InternalClient;
import io.millrace.broker.Server;
import io.millrace.config.JetStreamLimits;
import io.millrace.config.JetStreamOptions;
import io.millrace.config.OptionsBuilder;
import io.millrace.jetstream.api.ApiException;
import io.millrace.protocol.PublicationWriter;
import io.millrace.runtime.Log;
import io.millrace.runtime.Randomness;
import io.millrace.store.Store;
import io.millrace.store.StoreException;
import io.millrace.store.StoreOptions;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.SimulatedDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * JetStream as a client meets it, on a simulated disk and by a clock that the test moves. Publishes
 * and asks; what comes back is said as text.
 */
final class EngineRig {
    private static final Path ROOT = Path.of("/data/store");
    private static final byte[] NONE = new byte[0];

    final SimulatedDisk disk = new SimulatedDisk(1);
    final ManualClock clock = new ManualClock();

    /** What was heard beside the answers: "subject headers body", CRLF as a bar. */
    final List<String> heard = new ArrayList<>();

    private final JetStreamLimits limits;
    private LoopByHand loop = new LoopByHand(clock);
    private Server server;
    private Store store;
    private JetStream engine;
    private InternalClient client;
    private final List<String> answers = new ArrayList<>();
    private int asked;

    EngineRig() throws StoreException {
        this(JetStreamLimits.Batch.DEFAULTS);
    }

    EngineRig(JetStreamLimits.Batch batch) throws StoreException {
        limits = new JetStreamLimits(0, 0, 0, 0, 1000, batch);
        start();
    }

    private void start() throws StoreException {
        loop = new LoopByHand(clock);
        OptionsBuilder options = new OptionsBuilder();
        JetStreamOptions plain = JetStreamOptions.DEFAULTS;
        options.jetstream =
                new JetStreamOptions(
                        true,
                        plain.storeDir(),
                        plain.maxMemory(),
                        plain.maxStore(),
                        plain.domain(),
                        plain.strict(),
                        plain.syncIntervalNanos(),
                        plain.maxBufferedSize(),
                        plain.maxBufferedMsgs(),
                        plain.requestQueueLimit(),
                        plain.infoQueueLimit(),
                        plain.maxConcurrentIo(),
                        limits);
        server = new Server(options.build(), loop, Randomness.seeded(1), Log.none(), Runnable::run);
        store =
                Store.open(
                        disk,
                        ROOT,
                        StoreOptions.defaults(),
                        clock,
                        Log.none(),
                        Randomness.seeded(clock.nanoTime()),
                        Runnable::run);
        engine = new JetStream(server, store, 1L << 30, 1L << 30, Log.none(), Randomness.seeded(2));
        try {
            engine.start();
        } catch (ApiException promisedTooMuch) {
            throw new IllegalStateException(promisedTooMuch);
        }
        engine.bringBackSome(Long.MAX_VALUE / 2);
        client = server.clientIn(server.accounts().global());
        client.listen(
                "_R.>",
                null,
                (p, origin) -> {
                    answers.add(
                            new String(
                                    p.buffer,
                                    p.messageOffset,
                                    p.messageLength,
                                    StandardCharsets.UTF_8));
                    return true;
                });
        settle();
    }

    /** Power is lost and comes back: what was not synced is gone. */
    void crash() throws StoreException {
        disk.crash();
        start();
    }

    /** Turns until nothing more happens at this time, with everything written and synced. */
    void settle() {
        for (int idle = 0; idle < 2; ) {
            boolean turned = loop.turn();
            boolean wrote = store.commitWork() > 0;
            idle = turned || wrote ? 0 : idle + 1;
        }
    }

    /** Turns, but nothing reaches the disk. */
    void settleWithoutDisk() {
        while (loop.turn()) {
            // until nothing is left to do
        }
    }

    /** Lets time pass, stopping at every appointment on the way. */
    void pass(Duration time) {
        Duration left = time;
        settle();
        while (left.isPositive()) {
            left = left.minus(loop.pass(left));
            settle();
        }
    }

    /** Hears {@code subject} from now on. */
    void listen(String subject) {
        client.listen(
                subject,
                null,
                (p, origin) -> {
                    heard.add(
                            text(p.subjectBuffer, p.subjectOffset, p.subjectLength)
                                    + " "
                                    + text(p.buffer, p.messageOffset, p.messageLength)
                                            .replace("\r\n", "|"));
                    return true;
                });
    }

    private static String text(byte[] bytes, int offset, int length) {
        return new String(bytes, offset, length, StandardCharsets.UTF_8);
    }

    /** Sends a request of the API and says what was answered. */
    String api(String subject, String body) {
        return ask("$JS.API." + subject, body);
    }

    /**
     * Makes a stream.
     *
     * @param more fields, as JSON
     */
    void stream(String name, String subjects, String more) {
        String answer =
                api(
                        "STREAM.CREATE." + name,
                        "{\"name\":\""
                                + name
                                + "\",\"subjects\":[\""
                                + subjects
                                + "\"],"
                                + more
                                + "}");
        if (answer.contains("\"error\"")) {
            throw new AssertionError(answer);
        }
    }

    /** Publishes and says what was answered; "" for an empty message, "nothing" for none. */
    String ask(String subject, String body, String... headers) {
        String reply = "_R." + ++asked;
        answers.clear();
        publish(subject, reply, body, headers);
        settle();
        return answers.isEmpty() ? "nothing" : String.join("\n", answers);
    }

    /**
     * The same in short: the number of an error with its text, else the fields behind the stream.
     */
    String say(String subject, String body, String... headers) {
        return brief(ask(subject, body, headers));
    }

    static String brief(String answer) {
        int description = answer.indexOf("\"description\":\"");
        if (description > 0) {
            String code = answer.substring(answer.indexOf("err_code\":") + 10);
            String text = answer.substring(description + 15);
            return code.substring(0, code.indexOf(','))
                    + " "
                    + text.substring(0, text.indexOf('"'));
        }
        int sequence = answer.indexOf("\"seq\":");
        return answer.startsWith("{\"stream\"") ? answer.substring(sequence + 6) : answer;
    }

    /**
     * Publishes.
     *
     * @param reply "" for none
     * @param headers lines
     */
    void publish(String subject, String reply, String body, String... headers) {
        byte[] name = subject.getBytes(StandardCharsets.UTF_8);
        byte[] back = reply.getBytes(StandardCharsets.UTF_8);
        byte[] data = body.getBytes(StandardCharsets.UTF_8);
        byte[] block =
                headers.length == 0
                        ? NONE
                        : ("NATS/1.0\r\n" + String.join("\r\n", headers) + "\r\n\r\n")
                                .getBytes(StandardCharsets.UTF_8);
        client.publish(
                new PublicationWriter()
                        .write(
                                name,
                                0,
                                name.length,
                                back,
                                0,
                                back.length,
                                block,
                                0,
                                block.length,
                                data,
                                0,
                                data.length));
    }

    /** What has been answered to {@link #publish}ed messages since the last question. */
    List<String> answers() {
        return answers;
    }

    /** A stored message: "subject headers body", CRLF as a bar; "" when there is none. */
    String stored(String stream, long sequence) {
        String answer = api("STREAM.MSG.GET." + stream, "{\"seq\":" + sequence + "}");
        if (answer.contains("\"error\"")) {
            return "";
        }
        return field(answer, "subject")
                + " "
                + decoded(field(answer, "hdrs")).replace("\r\n", "|")
                + " "
                + decoded(field(answer, "data"));
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    private static String field(String json, String name) {
        int at = json.indexOf("\"" + name + "\":\"");
        if (at < 0) {
            return "";
        }
        int from = at + name.length() + 4;
        return json.substring(from, json.indexOf('"', from));
    }

    /** How many messages a stream has, and its first and last sequence. */
    String state(String stream) {
        String info = api("STREAM.INFO." + stream, "");
        return number(info, "messages")
                + " "
                + number(info, "first_seq")
                + " "
                + number(info, "last_seq");
    }

    private static String number(String json, String name) {
        String rest = json.substring(json.indexOf("\"" + name + "\":") + name.length() + 3);
        return rest.split("[,}]", -1)[0];
    }
}
