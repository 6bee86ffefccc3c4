package io.millrace.bench;

import java.io.IOException;
import org.HdrHistogram.Histogram;

/** Loads that are about how many things there are: what each costs, and the rest beside them. */
final class ScaleLoads {
    private static final int MAKERS = 16;

    private ScaleLoads() {}

    /** Streams on files that nobody uses. */
    static Load.Work streams(int usual) {
        return trial -> {
            int count = trial.scaled(usual);
            String body =
                    "{\"name\":\"I%1$s\",\"subjects\":[\"idle.%1$s.>\"],\"storage\":\"file\"}"
                            .formatted(Template.NUMBER);
            make(trial, "streams", "$JS.API.STREAM.CREATE.I" + Template.NUMBER, body, count);
            Api api = new Api(trial);
            api.stream("BESIDE", "beside.*", ",\"storage\":\"file\"");
            try (ClosedLoop loop = StreamLoads.publisher(trial, "beside.a", 1, 1_000)) {
                loop.run(trial.warmSeconds());
                Meter meter = trial.meter();
                long acked = loop.run(trial.seconds());
                meter.stop("publishes beside them", acked);
                loop.mustBeAccepted();
            }
        };
    }

    /** Consumers of one stream that want none of what is published to it. */
    static Load.Work consumers(int usual) {
        return trial -> {
            int count = trial.scaled(usual);
            Api api = new Api(trial);
            api.stream("WANTED", "wanted.>", ",\"storage\":\"file\"");
            try (ClosedLoop loop = StreamLoads.publisher(trial, "wanted.other", 1, 1_000)) {
                loop.run(trial.warmSeconds());
                Meter before = trial.meter();
                long first = loop.run(trial.seconds() / 2);
                before.stop();
                String consumer = "c" + Template.NUMBER;
                String body =
                        ("{\"stream_name\":\"WANTED\",\"action\":\"create\",\"config\":{"
                                        + "\"durable_name\":\"%1$s\",\"ack_policy\":\"explicit\","
                                        + "\"filter_subject\":\"wanted.%1$s\"}}")
                                .formatted(consumer);
                make(
                        trial,
                        "consumers",
                        "$JS.API.CONSUMER.CREATE.WANTED.%1$s.wanted.%1$s".formatted(consumer),
                        body,
                        count);
                loop.run(trial.warmSeconds());
                Meter meter = trial.meter();
                long acked = loop.run(trial.seconds());
                meter.stop("publishes beside them", acked);
                loop.mustBeAccepted();
                trial.figures()
                        .add(
                                "CPU of a publish over that without them",
                                Unit.RATIO,
                                meter.cpuPerMillion(acked) / before.cpuPerMillion(first));
            }
        };
    }

    /** A stream in which every message has a subject of its own, and memory as it grows. */
    static Load.Work subjects(int few, int many) {
        return trial -> {
            int first = trial.scaled(few);
            int last = trial.scaled(many);
            new Api(trial).stream("GROWING", "growing.*", ",\"storage\":\"file\"");
            try (ClosedLoop loop =
                    new ClosedLoop(
                            trial,
                            1,
                            4_000,
                            inbox ->
                                    Template.publish(
                                            "growing." + Template.NUMBER,
                                            inbox,
                                            Template.filler(32)))) {
                loop.send(first);
                ProcessMemory before = ProcessMemory.settled(trial);
                Meter meter = trial.meter();
                loop.send(last - first);
                meter.stop("subjects", last - first);
                loop.mustBeAccepted();
                ProcessMemory after = ProcessMemory.settled(trial);
                Figures figures = trial.figures();
                figures.add("resident, grown by", Unit.BYTES, after.resident() - before.resident());
                figures.add(
                        "anonymous, grown by", Unit.BYTES, after.anonymous() - before.anonymous());
            }
        };
    }

    /** A stream with very many messages, to be opened again. */
    static Load.Work messagesLeft(int usual) {
        return trial -> {
            new Api(trial).stream(Reopening.STREAM, "left.*", ",\"storage\":\"file\"");
            publish(trial, "left." + Template.KEY, 128, trial.scaled(usual), 1_000);
            trial.figures().add("messages", Unit.COUNT, trial.scaled(usual));
        };
    }

    /** Many streams with a few messages and a consumer each, to be opened again. */
    static Load.Work streamsLeft(int usual) {
        return trial -> {
            int count = trial.scaled(usual);
            String name = "L" + Template.NUMBER;
            oneByOne(
                    trial,
                    "$JS.API.STREAM.CREATE." + name,
                    "{\"name\":\"%s\",\"subjects\":[\"kept.%s\"],\"storage\":\"file\"}"
                            .formatted(name, Template.NUMBER),
                    count);
            oneByOne(
                    trial,
                    "$JS.API.CONSUMER.CREATE.%s.c".formatted(name),
                    ("{\"stream_name\":\"%s\",\"action\":\"create\",\"config\":{"
                                    + "\"durable_name\":\"c\",\"ack_policy\":\"explicit\"}}")
                            .formatted(name),
                    count);
            publish(trial, "kept." + Template.KEY, 128, 10 * count, count);
            new Api(trial).stream(Reopening.STREAM, "left.*", ",\"storage\":\"file\"");
            publish(trial, "left." + Template.KEY, 128, 10, 1);
            trial.figures().add("streams", Unit.COUNT, count);
        };
    }

    /** Requests with the numbers from 0 on, none of them left out. */
    private static void oneByOne(Trial trial, String subject, String body, int count)
            throws IOException {
        try (ClosedLoop loop =
                new ClosedLoop(trial, 1, 1, inbox -> Template.publish(subject, inbox, body))) {
            loop.send(count);
            loop.mustBeAccepted();
        }
    }

    private static void publish(Trial trial, String subject, int size, int count, int keys)
            throws IOException {
        try (ClosedLoop loop =
                new ClosedLoop(
                        trial,
                        1,
                        1_000,
                        inbox ->
                                Template.publish(
                                        subject,
                                        inbox,
                                        Template.filler(size),
                                        number -> number % keys))) {
            loop.send(count);
            loop.mustBeAccepted();
        }
    }

    /** Makes so many things by as many requests, and tells what each of them took. */
    private static void make(Trial trial, String things, String subject, String body, int count)
            throws IOException {
        ProcessMemory before = ProcessMemory.settled(trial);
        Figures figures = trial.figures();
        Histogram latencies;
        Meter meter = trial.meter();
        try (ClosedLoop loop =
                new ClosedLoop(trial, MAKERS, 1, inbox -> Template.publish(subject, inbox, body))) {
            loop.send(count);
            loop.mustBeAccepted();
            latencies = loop.latencies();
        }
        meter.stop();
        ProcessMemory after = ProcessMemory.settled(trial);
        figures.add(things, Unit.COUNT, count);
        figures.add(things + " made", Unit.PER_SECOND, meter.perSecond(count));
        figures.add("CPU of making one", Unit.NANOS, meter.cpuPerMillion(count) * 1e3);
        figures.add("making one, p99", Unit.NANOS, latencies.getValueAtPercentile(99));
        figures.add(
                "resident, each",
                Unit.BYTES,
                (after.resident() - before.resident()) / (double) count);
        figures.add(
                "anonymous, each",
                Unit.BYTES,
                (after.anonymous() - before.anonymous()) / (double) count);
        Trial.rest(trial.seconds() / 5);
        Meter idle = trial.meter();
        Trial.rest(trial.seconds() / 2);
        figures.add("CPU idle, each second", Unit.NANOS, idle.stop().cpuPerSecond());
    }
}
