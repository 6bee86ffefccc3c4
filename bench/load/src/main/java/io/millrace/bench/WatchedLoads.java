package io.millrace.bench;

import java.io.IOException;

/** What it costs to be looked at: a scrape of the metrics each second and an open dashboard. */
final class WatchedLoads {
    static final String CPU = "watched over unwatched, CPU";
    static final String GROWN = "resident, grown by";

    /** A stream at its limit: what growing costs would be in the way. */
    private static final String KEPT = ",\"storage\":\"file\",\"max_msgs\":100000";

    private static final double WORKED_SECONDS = 3;
    private static final int WORKED_WINDOW = 1000;

    /** Whether somebody looks, turn after turn: what drifts meets both. */
    private static final int[] TURNS = {0, 1, 1, 0, 1, 0, 0, 1};

    private WatchedLoads() {}

    /** What goes on meanwhile. */
    private interface Busy {
        /** Goes on for so long; returns how many messages that were. */
        long run(double seconds) throws IOException;
    }

    /** Plain messages, one to one. */
    static Load.Work fan() {
        return trial -> {
            Fan fan = new Fan(trial, trial.name("watched"), Login.NONE, 1, 1, 128);
            beside(trial, fan::run);
        };
    }

    /** A publisher with so many messages in flight to a stream on files. */
    static Load.Work publish(int window) {
        return trial -> publishing(trial, window, loop -> beside(trial, loop::run));
    }

    /** What is done with a publisher that is ready. */
    private interface Publishing {
        void with(ClosedLoop loop) throws IOException;
    }

    private static void publishing(Trial trial, int window, Publishing publishing)
            throws IOException {
        Api api = new Api(trial);
        String stream = trial.name("W");
        api.stream(stream, stream + ".*", KEPT);
        try (ClosedLoop loop = StreamLoads.publisher(trial, stream + ".a", 1, window)) {
            publishing.with(loop);
            loop.mustBeAccepted();
        }
        api.removeStream(stream);
    }

    private static void beside(Trial trial, Busy busy) throws IOException {
        busy.run(trial.warmSeconds());
        long[] done = new long[2];
        double[] cpu = new double[2];
        for (int watched : TURNS) {
            double seconds = 2 * trial.seconds() / TURNS.length;
            Meter meter;
            long count;
            if (watched == 1) {
                try (Watch _ = Watch.open(trial)) {
                    meter = trial.meter();
                    count = busy.run(seconds);
                    meter.stop();
                }
            } else {
                meter = trial.meter();
                count = busy.run(seconds);
                meter.stop();
            }
            done[watched] += count;
            cpu[watched] += meter.cpuPerMillion(count) * count;
        }
        double without = cpu[0] / done[0];
        double with = cpu[1] / done[1];
        Figures figures = trial.figures();
        figures.add("unwatched: " + Figures.CPU, Unit.CPU_PER_MILLION, without);
        figures.add("watched: " + Figures.CPU, Unit.CPU_PER_MILLION, with);
        figures.add(CPU, Unit.RATIO, with / without);
    }

    /**
     * A server that does nothing else. It has worked before: the memory that any work takes, as a
     * heap that was never used, is not what looking costs.
     */
    static Load.Work idle() {
        return trial -> {
            new Fan(trial, trial.name("worked"), Login.NONE, 1, 1, 128).run(WORKED_SECONDS);
            publishing(trial, WORKED_WINDOW, loop -> loop.run(WORKED_SECONDS));
            ProcessMemory before = ProcessMemory.settled(trial);
            Meter resting = trial.meter();
            Trial.rest(trial.seconds() / 4);
            resting.stop();
            Figures figures = trial.figures();
            ProcessMemory after;
            try (Watch _ = Watch.open(trial)) {
                Meter meter = trial.meter();
                Trial.rest(trial.seconds());
                meter.stop();
                figures.add("CPU idle, each second", Unit.NANOS, resting.cpuPerSecond());
                figures.add("CPU watched, each second", Unit.NANOS, meter.cpuPerSecond());
                after = ProcessMemory.of(trial.pid());
            }
            figures.add(GROWN, Unit.BYTES, after.resident() - before.resident());
            figures.memory(after);
        };
    }
}
