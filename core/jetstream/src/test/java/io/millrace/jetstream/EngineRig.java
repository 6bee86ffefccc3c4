package io.millrace.jetstream;

import static java.util.Objects.requireNonNull;

import io.millrace.broker.InternalClient;
import io.millrace.broker.Server;
import io.millrace.config.JetStreamLimits;
import io.millrace.config.JetStreamOptions;
import io.millrace.config.OptionsBuilder;
import io.millrace.jetstream.api.ApiException;
import io.millrace.protocol.PublicationWriter;
import io.millrace.runtime.Disk;
import io.millrace.runtime.Log;
import io.millrace.runtime.Randomness;
import io.millrace.store.Store;
import io.millrace.store.StoreException;
import io.millrace.store.StoreOptions;
import io.millrace.testkit.KeptLog;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.SimulatedDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JetStream as a client meets it, on a simulated disk and by a clock that the test moves. Publishes
 * and asks; what comes back is said as text.
 */
final class EngineRig {
    private static final byte[] NONE = new byte[0];

    final SimulatedDisk disk = new SimulatedDisk(1);
    final ManualClock clock = new ManualClock();

    /** What was heard beside the answers: "subject headers body", CRLF as a bar. */
    final List<String> heard = new ArrayList<>();

    /** The longest turn of the loop since somebody set it to 0. */
    long longestNanos;

    /** What the log has warned of. */
    final List<String> warnings = new ArrayList<>();

    private final Log log = KeptLog.ofWarnings(warnings);
    private final StoreOptions storeOptions;
    private final Disk used;
    private final Path root;
    private final JetStreamLimits limits;
    private LoopByHand loop = new LoopByHand(clock);
    private Server server;
    private Store store;
    private JetStream engine;
    private InternalClient client;
    private final List<String> answers = new ArrayList<>();
    private final List<String> replies = new ArrayList<>();
    private int asked;

    EngineRig() throws StoreException {
        this(JetStreamLimits.Batch.DEFAULTS);
    }

    EngineRig(JetStreamLimits.Batch batch) throws StoreException {
        this(batch, StoreOptions.defaults());
    }

    EngineRig(JetStreamLimits.Batch batch, StoreOptions storeOptions) throws StoreException {
        this(batch, storeOptions, null, Path.of("/data/store"));
    }

    /** The same on real files. */
    EngineRig(StoreOptions storeOptions, Path root) throws StoreException {
        this(JetStreamLimits.Batch.DEFAULTS, storeOptions, Disk.real(), root);
    }

    private EngineRig(
            JetStreamLimits.Batch batch, StoreOptions storeOptions, @Nullable Disk real, Path root)
            throws StoreException {
        this.root = root;
        this.used = real == null ? disk : real;
        this.storeOptions = storeOptions;
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
        server = new Server(options.build(), loop, Randomness.seeded(1), log, Runnable::run);
        store =
                Store.open(
                        used,
                        root,
                        storeOptions,
                        clock,
                        log,
                        Randomness.seeded(clock.nanoTime()),
                        Runnable::run);
        engine = new JetStream(server, store, 1L << 30, 1L << 30, log, Randomness.seeded(2));
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
                    answers.add(text(p.buffer, p.messageOffset, p.messageLength));
                    if (p.replyLength > 0) {
                        replies.add(text(p.buffer, p.replyOffset, p.replyLength));
                    }
                    return true;
                });
        settle();
    }

    /** Power is lost and comes back: what was not synced is gone. */
    void crash() throws StoreException {
        disk.crash();
        start();
    }

    /** The process ends, and another one begins on what it has written. */
    void kill() throws StoreException {
        disk.kill();
        start();
    }

    /** It ends as it should, and another one begins. */
    void restart() throws StoreException {
        stop();
        start();
    }

    /** Ends as it should. */
    void stop() {
        engine.stop();
        settle();
        store.close();
    }

    /** Lets the store's background work come to its end, with a checkpoint in it. */
    void checkpoint() {
        store.requestCheckpoint();
        do {
            settle();
        } while (store.keeperWork() > 0);
    }

    /** Lets time pass for disk, keeper and loop alike. */
    void live(Duration time) {
        for (Duration left = time; left.isPositive(); left = left.minusMillis(100)) {
            pass(Duration.ofMillis(100));
            background();
        }
    }

    /** What the store holds in memory for the disk, beyond what is on it. */
    long uncommitted() {
        return store.appended() - store.committed();
    }

    /** Lets the scrub look at everything there is, and the rest of the background work go on. */
    void scrub() {
        for (int i = 0; i < 20; i++) {
            clock.advance(Duration.ofMinutes(2));
            settle();
            for (int done = 1; done > 0; ) {
                store.hurryScrub();
                done = store.keeperWork();
                settle();
            }
        }
    }

    /** What an operator sees of it. */
    JetStream engine() {
        return engine;
    }

    /** Lets the keeper work as long as it has something to do. */
    void background() {
        for (int turns = 0; turns < 100 && store.keeperWork() > 0; turns++) {
            settle();
        }
    }

    /** Turns until nothing more happens at this time, with everything written and synced. */
    void settle() {
        for (int idle = 0; idle < 2; ) {
            long began = System.nanoTime();
            boolean turned = loop.turn();
            longestNanos = Math.max(longestNanos, System.nanoTime() - began);
            boolean wrote = store.commitWork() > 0;
            idle = turned || wrote ? 0 : idle + 1;
        }
    }

    /** One turn of the loop, and what it has appended reaches the disk. */
    void turn() {
        loop.turn();
        store.commitWork();
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
        listen(client, subject);
    }

    /** Hears {@code subject} in the system account from now on. */
    void listenInSystem(String subject) {
        listen(server.clientIn(requireNonNull(server.accounts().system())), subject);
    }

    private void listen(InternalClient listener, String subject) {
        listener.listen(
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
        return ask(subject, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    /** The same with any bytes. */
    String ask(String subject, byte[] body, String... headers) {
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
        publish(subject, reply, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    private void publish(String subject, String reply, byte[] data, String... headers) {
        byte[] name = subject.getBytes(StandardCharsets.UTF_8);
        byte[] back = reply.getBytes(StandardCharsets.UTF_8);
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

    /** Where what came to those who asked wants to be answered: the acks of deliveries. */
    List<String> takeReplies() {
        List<String> taken = new ArrayList<>(replies);
        replies.clear();
        return taken;
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
