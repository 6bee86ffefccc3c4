package io.millrace.bridges.matrix;

import io.millrace.bridges.common.Health;
import io.millrace.bridges.common.Metrics;
import io.millrace.bridges.common.Pauses;
import io.millrace.bridges.common.Surroundings;
import io.millrace.runtime.Log;
import io.millrace.testkit.ManualClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Time that passes when somebody waits, a stream in memory, and a Matrix server that obeys. */
final class TestWorld implements Pauses, Delivery.Feed, Homeserver {
    final ManualClock clock = new ManualClock();
    final Metrics metrics = new Metrics();
    final Health health = new Health();
    final Deque<Message> messages = new ArrayDeque<>();
    final List<String> transactions = new ArrayList<>();
    final List<Notice> shown = new ArrayList<>();
    final Deque<Answer> syncs = new ArrayDeque<>();
    final List<String> sinces = new ArrayList<>();
    final List<Duration> waits = new ArrayList<>();
    Function<String, Outcome> answers = transaction -> new Outcome.Done("$" + transaction);
    Outcome entered = new Outcome.Done("!room");
    long longestSilenceNanos;
    boolean ending;
    boolean isStreamAway;
    private final Set<String> done = new HashSet<>();
    private long lastWord;

    Surroundings around() {
        return new Surroundings(clock, this, Log.none(), metrics, health);
    }

    static RoomRule rule(String... subjects) {
        return new RoomRule(
                "ops",
                "#ops:example.org",
                "GITLAB",
                "matrix-ops",
                List.of(subjects).stream().map(SubjectFilter::of).toList(),
                List.of(SubjectFilter.of("gitlab.quiet.>")),
                false,
                false,
                Duration.ofSeconds(60),
                Wording.DEFAULTS);
    }

    @Override
    public boolean pause(long nanos) {
        clock.advance(Duration.ofNanos(nanos));
        return !ending;
    }

    @Override
    public boolean isEnding() {
        return ending;
    }

    Message put(String subject, String body, Map<String, String> headers) {
        Message message = new Message(subject, body, headers, messages.size() + 1);
        messages.add(message);
        return message;
    }

    @Override
    public void open() throws IOException {
        if (isStreamAway) {
            throw new IOException("stream not found");
        }
    }

    @Override
    public @Nullable Delivery next() {
        lastWord = clock.nanoTime();
        return messages.peek();
    }

    @Override
    public Outcome enter(String room) {
        return entered;
    }

    @Override
    public Outcome send(String roomId, String transaction, Notice notice) {
        Outcome outcome = answers.apply(transaction);
        if (outcome instanceof Outcome.Done && done.add(transaction)) {
            shown.add(notice);
        }
        transactions.add(transaction);
        return outcome;
    }

    @Override
    public Outcome whoAmI() {
        return new Outcome.Done("@bot:example.org");
    }

    @Override
    public Answer sync(String filter, @Nullable String since, Duration wait) {
        sinces.add(String.valueOf(since));
        waits.add(wait);
        return syncs.removeFirst();
    }

    /** A message in the stream, which is given out until it is acknowledged. */
    final class Message implements Delivery {
        private final String subject;
        private final String body;
        private final Map<String, String> headers;
        private final long sequence;
        boolean isAcknowledged;
        boolean isDropped;

        Message(String subject, String body, Map<String, String> headers, long sequence) {
            this.subject = subject;
            this.body = body;
            this.headers = headers;
            this.sequence = sequence;
        }

        @Override
        public String subject() {
            return subject;
        }

        @Override
        public String header(String name) {
            return headers.getOrDefault(name, "");
        }

        @Override
        public byte[] body() {
            return body.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String stream() {
            return "GITLAB";
        }

        @Override
        public long sequence() {
            return sequence;
        }

        @Override
        public String identity() {
            return "GITLAB.1." + sequence;
        }

        @Override
        public long pending() {
            return messages.size() - 1L;
        }

        @Override
        public void working() {
            longestSilenceNanos = Math.max(longestSilenceNanos, clock.nanoTime() - lastWord);
            lastWord = clock.nanoTime();
        }

        @Override
        public void done() {
            isAcknowledged = true;
            messages.remove(this);
        }

        @Override
        public void drop() {
            isDropped = true;
            messages.remove(this);
        }
    }
}
