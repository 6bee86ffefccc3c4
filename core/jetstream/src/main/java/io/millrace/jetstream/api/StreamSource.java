package io.millrace.jetstream.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Another stream that a stream copies from. Any thread.
 *
 * @param name of the other stream
 * @param startSequence the first message to copy; zero for all
 * @param startTimeNanos when the first message to copy was stored, since 1970; {@link
 *     io.millrace.protocol.GoTime#NONE} for any time
 * @param filterSubject which subjects are copied; empty for all
 * @param transforms which subjects are copied, and what becomes of them
 * @param external where the other stream is, when it is in another account or domain
 * @param consumer the durable consumer to copy through
 */
public record StreamSource(
        String name,
        long startSequence,
        long startTimeNanos,
        String filterSubject,
        List<Transform> transforms,
        @Nullable External external,
        @Nullable Through consumer) {

    /**
     * The subjects of another account or domain.
     *
     * @param apiPrefix what its API's subjects begin with here
     * @param deliverPrefix what the subjects of deliveries begin with
     */
    public record External(String apiPrefix, String deliverPrefix) {}

    /**
     * A durable consumer that was made for the purpose.
     *
     * @param name of the consumer
     * @param deliverSubject where it delivers
     */
    public record Through(String name, String deliverSubject) {}
}
