package io.millrace.bench;

import java.util.List;

/**
 * One thing that is done to a server while it is measured.
 *
 * @param name what it is called on the command line
 * @param line what it is, in one line
 * @param seconds how long a sample of it takes unless told otherwise
 * @param pacedBy the load whose rate, halved, is the pace of this one; empty for none
 * @param targets what should come of it
 */
record Load(
        String name,
        String line,
        Stage stage,
        double seconds,
        String pacedBy,
        List<Target> targets,
        Work work) {
    /** Takes one sample. */
    interface Work {
        void run(Trial trial) throws Exception;
    }

    static Load of(String name, String line, Stage stage, Work work) {
        return new Load(name, line, stage, Trial.USUAL_SECONDS, "", List.of(), work);
    }

    Load lasting(double longer) {
        return new Load(name, line, stage, longer, pacedBy, targets, work);
    }

    Load pacedBy(String other) {
        return new Load(name, line, stage, seconds, other, targets, work);
    }

    Load aiming(Target... at) {
        return new Load(name, line, stage, seconds, pacedBy, List.of(at), work);
    }

    /** Takes one sample of a server. */
    Figures sample(Trial.Aim aim) throws Exception {
        try (Trial trial = new Trial(aim)) {
            work.run(trial);
            if (trial.figures().named(Figures.RESIDENT).isEmpty()) {
                trial.figures().memory(ProcessMemory.of(aim.pid()));
            }
            return trial.figures();
        }
    }
}
