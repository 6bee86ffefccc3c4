package io.millrace.micro;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark still does what it says; how fast is not asked here. */
final class BenchmarksRunTest {
    @Test
    void eachOneRunsOnceAtItsSmallest() throws RunnerException {
        // other programs on the machine may measure at the same time
        System.setProperty("jmh.ignoreLock", "true");
        Options once =
                new OptionsBuilder()
                        .mode(Mode.SingleShotTime)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .forks(0)
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .param("subscriptions", "100")
                        .param("stored", "100000")
                        .param("waiting", "64")
                        .build();
        Collection<RunResult> results = new Runner(once).run();
        assertThat(names(results))
                .contains(
                        "ParserBenchmark.split",
                        "MatcherBenchmark.match",
                        "JournalBenchmark.publish",
                        "SubjectIndexBenchmark.wildcardInFront",
                        "JsonBenchmark.readStreamCreate");
    }

    private static Set<String> names(Collection<RunResult> results) {
        Set<String> names = new TreeSet<>();
        for (RunResult result : results) {
            String[] parts = result.getParams().getBenchmark().split("\\.", -1);
            names.add(parts[parts.length - 2] + "." + parts[parts.length - 1]);
        }
        return names;
    }
}
