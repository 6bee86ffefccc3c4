package io.millrace.bench;

import java.io.IOException;

/** Loads of streams: publishing with acks and reading. */
final class StreamLoads {
    private static final int SIZE = 128;
    private static final int CONSUMED = 100_000;
    private static final int SUBJECTS = 1_000_000;
    private static final double FILLING_SECONDS = 4;
    private static final int GROUPS = 1_000;
    private static final int FILL_WINDOW = 4_000;
    private static final String FILE = ",\"storage\":\"file\"";

    private StreamLoads() {}

    /** Publishers that each have so many messages waiting for their acks; storage on files. */
    static Load.Work publish(int publishers, int window) {
        return trial -> {
            Api api = new Api(trial);
            String stream = trial.name("P");
            api.stream(stream, stream + ".*", FILE);
            try (ClosedLoop loop = publisher(trial, stream + ".a", publishers, window)) {
                loop.run(trial.warmSeconds());
                Meter meter = trial.meter();
                long acked = loop.run(trial.seconds());
                meter.stop("acks", acked);
                loop.mustBeAccepted();
                trial.figures().latencies("", loop.latencies());
            }
            api.removeStream(stream);
        };
    }

    static ClosedLoop publisher(Trial trial, String subject, int publishers, int window)
            throws IOException {
        return new ClosedLoop(
                trial,
                publishers,
                window,
                inbox -> Template.publish(subject, inbox, Template.filler(SIZE)));
    }

    /** Publishes with acks at a fixed rate. */
    static Load.Work openPublish(double rate) {
        return trial -> {
            Api api = new Api(trial);
            String stream = trial.name("O");
            api.stream(stream, stream + ".*", FILE);
            CoreLoads.open(trial, rate, stream + ".a");
            api.removeStream(stream);
        };
    }

    /** Reads a stream of small messages over and over, each time by a new consumer. */
    static Load.Work consume(boolean acks) {
        return trial -> {
            Api api = new Api(trial);
            int count = trial.scaled(CONSUMED);
            String stream = "CONSUMED" + count;
            if (api.messages(stream) < count) {
                api.stream(stream, stream + ".*", FILE);
                try (ClosedLoop loop = publisher(trial, stream + ".a", 1, FILL_WINDOW)) {
                    loop.send(count);
                    loop.mustBeAccepted();
                }
            }
            Pull pull = new Pull(trial, stream, acks);
            consumeFor(trial, api, pull, stream, acks, trial.warmSeconds());
            Meter meter = trial.meter();
            long read = consumeFor(trial, api, pull, stream, acks, trial.seconds());
            meter.stop("messages", read);
        };
    }

    private static long consumeFor(
            Trial trial, Api api, Pull pull, String stream, boolean acks, double seconds)
            throws IOException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long read = 0;
        for (int pass = 0; read == 0 || System.nanoTime() < end; pass++) {
            String consumer = trial.name((seconds == trial.seconds() ? "C" : "W") + pass);
            long waiting =
                    api.consumer(
                            stream,
                            consumer,
                            ",\"durable_name\":\"%s\",\"ack_policy\":\"%s\""
                                    .formatted(consumer, acks ? "explicit" : "none"));
            pull.read(consumer, waiting);
            read += waiting;
            while (acks && api.unacknowledged(stream, consumer) > 0) {
                Trial.rest(0.001);
            }
            api.removeConsumer(stream, consumer);
        }
        return read;
    }

    /**
     * A stream of very many subjects, filled once for a server: its name. The sample that warms the
     * server up is shorter than the others, and they all need the same.
     */
    private static String manySubjects(Trial trial, Api api) throws IOException {
        int count = trial.seconds() < FILLING_SECONDS ? trial.scaled(SUBJECTS) : SUBJECTS;
        String stream = "MANY";
        if (api.messages(stream) > 0) {
            return stream;
        }
        api.stream(stream, "many.>", FILE + ",\"allow_direct\":true");
        try (ClosedLoop loop =
                new ClosedLoop(
                        trial,
                        1,
                        FILL_WINDOW,
                        inbox ->
                                Template.publish(
                                        "many." + Template.KEY + "." + Template.NUMBER,
                                        inbox,
                                        Template.filler(32),
                                        number -> number % GROUPS))) {
            loop.send(count);
            loop.mustBeAccepted();
        }
        return stream;
    }

    /** Pulls of one subject in a thousand, each by a new consumer. */
    static Load.Work filteredPull() {
        return trial -> {
            Api api = new Api(trial);
            String stream = manySubjects(trial, api);
            Pull pull = new Pull(trial, stream, false);
            filtered(trial, api, pull, stream, trial.warmSeconds(), 0);
            Meter meter = trial.meter();
            long read = filtered(trial, api, pull, stream, trial.seconds(), GROUPS / 2);
            meter.stop("messages", read);
        };
    }

    private static long filtered(
            Trial trial, Api api, Pull pull, String stream, double seconds, int first)
            throws IOException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long read = 0;
        for (int group = first; read == 0 || System.nanoTime() < end; group++) {
            String consumer = trial.name("F" + group);
            long waiting =
                    api.consumer(
                            stream,
                            consumer,
                            ",\"ack_policy\":\"none\",\"filter_subject\":\"many.%010d.>\""
                                    .formatted(group % GROUPS));
            pull.read(consumer, waiting);
            read += waiting;
            api.removeConsumer(stream, consumer);
        }
        return read;
    }

    /** The last message of every subject: by batched direct gets, then by a consumer. */
    static Load.Work lastPerSubject() {
        return trial -> {
            Api api = new Api(trial);
            String stream = manySubjects(trial, api);
            Pull pull = new Pull(trial, stream, false);
            gets(pull, trial.warmSeconds(), 0);
            Meter getting = trial.meter();
            long got = gets(pull, trial.seconds(), GROUPS / 2);
            getting.stop();
            trial.figures().add("by direct get", Unit.PER_SECOND, getting.perSecond(got));
            trial.figures()
                    .add(
                            "by direct get: " + Figures.CPU,
                            Unit.CPU_PER_MILLION,
                            getting.cpuPerMillion(got));
            Meter meter = trial.meter();
            String consumer = trial.name("L");
            long waiting =
                    api.consumer(
                            stream,
                            consumer,
                            ",\"ack_policy\":\"none\",\"deliver_policy\":\"last_per_subject\","
                                    + "\"filter_subject\":\"many.>\"");
            pull.read(consumer, waiting);
            meter.stop("by consumer", waiting);
            api.removeConsumer(stream, consumer);
        };
    }

    private static long gets(Pull pull, double seconds, int first) throws IOException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long got = 0;
        for (int group = first; got == 0 || System.nanoTime() < end; group++) {
            got += pull.multiLast("many.%010d.>".formatted(group % GROUPS));
        }
        return got;
    }

    /** A store in memory as large as the whole process may be, filled and then published to on. */
    static Load.Work memoryStore() {
        return trial -> {
            Api api = new Api(trial);
            String stream = trial.name("M");
            api.stream(stream, stream + ".*", ",\"storage\":\"memory\"");
            String payload = Template.filler(1_000);
            try (ClosedLoop loop =
                    new ClosedLoop(
                            trial,
                            4,
                            1_000,
                            inbox -> Template.publish(stream + ".a", inbox, payload))) {
                fillUp(trial, loop);
            }
        };
    }

    /** A server that the kernel kills meanwhile is what this is about, not a failure of it. */
    private static void fillUp(Trial trial, ClosedLoop loop) throws IOException {
        Figures figures = trial.figures();
        boolean alive = true;
        try {
            loop.run(trial.seconds());
        } catch (IOException gone) {
            alive = false;
        }
        figures.add("stored", Unit.COUNT, loop.answered() - loop.refused());
        figures.add("refused", Unit.COUNT, loop.refused());
        figures.add("alive at the end", Unit.COUNT, alive ? 1 : 0);
        if (alive) {
            ProcessMemory memory = ProcessMemory.of(trial.pid());
            figures.memory(memory);
            figures.add("resident at most", Unit.BYTES, memory.peak());
        } else {
            figures.add(Figures.RESIDENT, Unit.BYTES, 0);
        }
    }
}
