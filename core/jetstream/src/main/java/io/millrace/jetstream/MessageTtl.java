package io.millrace.jetstream;

import io.millrace.jetstream.api.ApiError;
import io.millrace.protocol.GoDuration;
import org.jspecify.annotations.Nullable;

/** What the header Nats-TTL says (ADR-43), as whole seconds. Any thread. */
/* As nats-server 2.15 takes it: nothing, or a number that is 0 in more than one digit, is no TTL;
 * "never" in any letters; a Go duration of at least a second, its fraction cut off ("0" is one, and
 * too short); else plain digits, seconds. Everything else is invalid, which comes before the
 * question whether the stream allows a TTL at all. */
final class MessageTtl {
    /** The message lives as long as the stream's limits let it. */
    static final long NONE = 0;

    /** The message outlives even the stream's maximum age. */
    static final long NEVER = -1;

    /** The header says nothing that could be a TTL. */
    static final long INVALID = -2;

    /** What {@link #deadline} answers for a message that does not expire by itself. */
    static final long NO_DEADLINE = Long.MAX_VALUE;

    private static final long SECOND = 1_000_000_000L;

    private MessageTtl() {}

    /** Seconds, 1 and up, or {@link #NONE}, {@link #NEVER}, {@link #INVALID}. */
    static long of(PublishHeaders headers) {
        if (!headers.has(PublishHeader.TTL)) {
            return NONE;
        }
        return parse(
                headers.buffer(),
                headers.offset(PublishHeader.TTL),
                headers.length(PublishHeader.TTL));
    }

    /** Seconds, 1 and up, or {@link #NONE}, {@link #NEVER}, {@link #INVALID}. */
    static long parse(byte[] text, int offset, int length) {
        if (length == 0) {
            return NONE;
        }
        if (Digits.isWord(text, offset, length, "never")) {
            return NEVER;
        }
        long nanos = GoDuration.parse(text, offset, length);
        if (nanos != GoDuration.INVALID) {
            return nanos < SECOND ? INVALID : nanos / SECOND;
        }
        long seconds = Digits.parse(text, offset, length);
        return seconds < 0 ? INVALID : seconds;
    }

    /** Why a message with this TTL is refused, or null. */
    static @Nullable ApiError refusal(long seconds, boolean allowed) {
        if (seconds == INVALID) {
            return ApiError.MESSAGE_TTL_INVALID;
        }
        return seconds == NONE || allowed ? null : ApiError.MESSAGE_TTL_DISABLED;
    }

    /**
     * The TTL that counts in a stream whose delete markers live {@code markerNanos}: a message must
     * not be gone before a marker would be, unless there is only one message per subject anyway.
     * When it differs from {@code seconds}, the message's header is rewritten to it.
     */
    static long raised(long seconds, long markerNanos, long maxMessagesPerSubject) {
        long marker = markerNanos / SECOND;
        boolean raises = seconds > 0 && seconds < marker && maxMessagesPerSubject != 1;
        return raises ? marker : seconds;
    }

    /** When a message of {@code timeNanos} expires by its own TTL; {@link #NO_DEADLINE}: never. */
    static long deadline(long timeNanos, long seconds) {
        if (seconds <= 0 || seconds > (Long.MAX_VALUE - Math.max(0, timeNanos)) / SECOND) {
            return NO_DEADLINE;
        }
        return timeNanos + seconds * SECOND;
    }
}
