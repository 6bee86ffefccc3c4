package io.millrace.jetstream.api;

import io.millrace.config.ConfigException;
import io.millrace.config.Durations;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonFields;
import io.millrace.protocol.JsonTree;
import java.nio.charset.StandardCharsets;

/**
 * Reads what an acknowledgement says beyond its {@link AckKind}. Each method takes the whole body.
 * Stateless: any thread.
 */
public final class AckBody {
    private AckBody() {}

    /**
     * After which time a {@link AckKind#NAK} wants the message again; zero for at once, which is
     * also what a delay gets that is negative or makes no sense.
     */
    public static long delayNanos(byte[] b, int offset, int length) {
        if (length == AckKind.NAK.prefixLength()) {
            return 0;
        }
        String delay = rest(AckKind.NAK, b, offset, length);
        try {
            if (delay.startsWith("{")) {
                return Math.max(JsonFields.of(JsonTree.parse(delay), "Nak").nanos("delay"), 0);
            }
            return delay.isEmpty() ? 0 : Math.max(Durations.parse(delay), 0);
        } catch (JsonException | ConfigException senseless) {
            return 0;
        }
    }

    /** What a {@link AckKind#NEXT} wants next. */
    public static PullRequest next(byte[] b, int offset, int length) throws PullRefusedException {
        int prefix = AckKind.NEXT.prefixLength();
        return PullRequest.read(b, offset + prefix, length - prefix);
    }

    /** Why a {@link AckKind#TERM} gives up; empty when it does not say. */
    public static String reason(byte[] b, int offset, int length) {
        return length == AckKind.TERM.prefixLength() ? "" : rest(AckKind.TERM, b, offset, length);
    }

    private static String rest(AckKind kind, byte[] b, int offset, int length) {
        int prefix = kind.prefixLength();
        return new String(b, offset + prefix, length - prefix, StandardCharsets.UTF_8).strip();
    }
}
