package io.millrace.jetstream.api;

import static io.millrace.jetstream.api.StreamRules.invalid;

import io.millrace.protocol.GoTime;
import java.util.concurrent.TimeUnit;

/** How much a stream may hold, and for how long. Stateless. */
final class StreamLimitRules {
    private static final int REPLICAS_MAX = 5;
    private static final long SHORTEST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long DUPLICATE_WINDOW_NANOS = TimeUnit.MINUTES.toNanos(2);

    private StreamLimitRules() {}

    static void complete(
            StreamConfig asked, StreamConfigBuilder next, ServerLimits limits, boolean pedantic)
            throws ApiException {
        if (asked.replicas() < 0) {
            throw ApiError.REPLICAS_COUNT_CANNOT_BE_NEGATIVE.asException();
        }
        if (asked.replicas() > REPLICAS_MAX) {
            throw invalid("maximum replicas is " + REPLICAS_MAX);
        }
        next.replicas(Math.max(1, asked.replicas()))
                .maxMsgs(limit(asked.maxMsgs(), "max_msgs", pedantic))
                .maxMsgsPerSubject(
                        limit(asked.maxMsgsPerSubject(), "max_msgs_per_subject", pedantic))
                .maxBytes(limit(asked.maxBytes(), "max_bytes", pedantic))
                .maxMsgSize(limit(asked.maxMsgSize(), "max_msg_size", pedantic))
                .maxConsumers(limit(asked.maxConsumers(), "max_consumers", pedantic));
        checkAge(asked.maxAgeNanos());
        long window = duplicateWindow(asked, limits, pedantic);
        checkWindow(window, asked.maxAgeNanos(), limits);
        next.duplicateWindowNanos(window);
    }

    private static long limit(long asked, String field, boolean pedantic) throws ApiException {
        if (pedantic && asked < -1) {
            throw ApiError.PEDANTIC.because(field + " must be set to -1");
        }
        return asked <= 0 ? -1 : asked;
    }

    private static void checkAge(long nanos) throws ApiException {
        if (nanos < 0) {
            throw invalid("max age can not be negative");
        }
        if (nanos > 0 && nanos < SHORTEST_NANOS) {
            throw invalid("max age needs to be >= 100ms");
        }
    }

    private static long duplicateWindow(StreamConfig asked, ServerLimits limits, boolean pedantic)
            throws ApiException {
        boolean copies = asked.mirror() != null || !asked.sources().isEmpty();
        if (asked.duplicateWindowNanos() != 0 || copies) {
            return asked.duplicateWindowNanos();
        }
        long window = DUPLICATE_WINDOW_NANOS;
        long most = limits.duplicateWindowNanos();
        if (most > 0 && most < window) {
            if (pedantic) {
                throw ApiError.PEDANTIC.because(
                        "duplicate window limits are higher than current limits");
            }
            window = most;
        }
        if (asked.maxAgeNanos() > 0 && asked.maxAgeNanos() < window) {
            if (pedantic) {
                throw ApiError.PEDANTIC.because("duplicate window cannot be bigger than max age");
            }
            window = asked.maxAgeNanos();
        }
        return window;
    }

    private static void checkWindow(long window, long maxAge, ServerLimits limits)
            throws ApiException {
        if (window < 0) {
            throw invalid("duplicates window can not be negative");
        }
        if (maxAge > 0 && window > maxAge) {
            throw invalid("duplicates window can not be larger then max age");
        }
        if (window > 0 && window < SHORTEST_NANOS) {
            throw invalid("duplicates window needs to be >= 100ms");
        }
        long most = limits.duplicateWindowNanos();
        if (most > 0 && window > most) {
            throw invalid(
                    "duplicates window can not be larger then server limit of "
                            + GoTime.duration(most));
        }
    }
}
