package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The official Java client, which plays its scenarios inside the JVM of the tests. */
final class JavaClient implements OfficialClient {
    private static final int PATIENCE_SECONDS = 60;

    @Override
    public void assumeInstalled() {
        // It is on the class path.
    }

    @Override
    public Play start(Scenario scenario, String url, Map<String, String> options) {
        return new InProcess(scenario, url, options);
    }

    @Override
    public String toString() {
        return "java";
    }

    private static final class InProcess implements Play {
        private final BlockingQueue<String> steps = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
        private final CompletableFuture<Void> end = new CompletableFuture<>();

        InProcess(Scenario scenario, String url, Map<String, String> options) {
            JavaScenarios scenarios = new JavaScenarios(url, options, this::step);
            Thread.ofPlatform()
                    .daemon()
                    .start(
                            () -> {
                                try {
                                    scenarios.play(scenario);
                                    end.complete(null);
                                } catch (Throwable e) {
                                    end.completeExceptionally(e);
                                } finally {
                                    steps.add("end");
                                }
                            });
        }

        private void step(String name) {
            steps.add(name);
            take(answers, "answer to step " + name);
        }

        private static String take(BlockingQueue<String> queue, String what) {
            try {
                String word = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                assertThat(word).as(what).isNotNull();
                return word;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void awaitStep(String name) {
            String step = take(steps, "step");
            if (step.equals("end")) {
                finish();
            }
            assertThat(step).isEqualTo(name);
        }

        @Override
        public void proceed() {
            answers.add("go");
        }

        @Override
        public void finish() {
            end.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        }
    }
}
