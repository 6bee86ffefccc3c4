package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.millrace.config.OptionsBuilder;
import io.millrace.net.NioLoop;
import io.millrace.runtime.Clock;
import io.millrace.runtime.Log;
import io.millrace.runtime.Randomness;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Questions that only the loop can answer. */
@Timeout(20)
final class AskTest {
    private NioLoop loop;
    private Server server;

    @BeforeEach
    void start() throws IOException {
        loop = new NioLoop("io", Clock.system(), Log.none());
        server =
                new Server(
                        new OptionsBuilder().build(),
                        loop,
                        Randomness.seeded(1),
                        Log.none(),
                        Runnable::run);
        loop.start();
    }

    @AfterEach
    void stop() {
        loop.close();
    }

    @Test
    void theLoopAnswers() {
        assertThat(server.ask(loop::isCurrent)).isTrue();
    }

    @Test
    void theLoopMayAskItself() {
        assertThat(server.<Boolean>ask(() -> server.ask(loop::isCurrent))).isTrue();
    }

    @Test
    void whatGoesWrongThereIsTheAskersToKnow() {
        assertThatIllegalStateException()
                .isThrownBy(
                        () ->
                                server.<Boolean>ask(
                                        () ->
                                                server.ask(
                                                        () -> {
                                                            throw new IllegalStateException("no");
                                                        })))
                .withMessage("no");
    }
}
