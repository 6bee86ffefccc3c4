package io.millrace.jetstream.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The configuration of a consumer in a simulation. Immutable.
 *
 * @param start 0, or the sequence to start by
 * @param deliverSubject empty for a pull consumer
 */
record ConsumerShape(
        String name,
        String deliverPolicy,
        long start,
        String ackPolicy,
        List<String> filters,
        long ackWaitNanos,
        List<Long> backoffNanos,
        long maxDeliver,
        long maxAckPending,
        String deliverSubject,
        boolean inMemory,
        boolean headersOnly) {
    private static final long MILLI = 1_000_000L;

    static ConsumerShape random(
            String name,
            StreamShape stream,
            long lastSequence,
            boolean bodiesTell,
            SplittableRandom random) {
        boolean queue = stream.isWorkQueue();
        int policy = queue ? 0 : random.nextInt(6);
        String deliver =
                switch (policy) {
                    case 3 -> "new";
                    case 4 -> "last";
                    case 5 -> "by_start_sequence";
                    default -> "all";
                };
        int ack = queue ? 0 : random.nextInt(6);
        List<Long> backoff = new ArrayList<>();
        if (random.nextInt(4) == 0) {
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                backoff.add((100 + random.nextInt(3000)) * MILLI);
            }
        }
        String ackPolicy = ack == 4 ? "all" : ack == 5 ? "none" : "explicit";
        long most = random.nextInt(3) == 0 ? backoff.size() + 1 + random.nextInt(3) : -1;
        boolean acks = !ackPolicy.equals("none");
        return new ConsumerShape(
                name,
                deliver,
                policy == 5 ? 1 + random.nextLong(lastSequence + 3) : 0,
                ackPolicy,
                filters(stream, random),
                !acks
                        ? 0
                        : backoff.isEmpty()
                                ? (200 + random.nextInt(5000)) * MILLI
                                : backoff.getFirst(),
                acks ? backoff : List.of(),
                acks ? most : -1,
                acks ? random.nextInt(2) == 0 ? 1 + random.nextInt(5) : 1000 : -1,
                random.nextInt(3) == 0 ? "push." + name + "." + random.nextInt(1 << 30) : "",
                random.nextInt(8) == 0,
                !bodiesTell && random.nextInt(8) == 0);
    }

    private static List<String> filters(StreamShape stream, SplittableRandom random) {
        String root = stream.name().toLowerCase(java.util.Locale.ROOT);
        return switch (random.nextInt(7)) {
            case 0 -> List.of(root + ".a");
            case 1 -> List.of(root + ".b.*");
            case 2 -> List.of(root + ".b.>");
            case 3 -> List.of(root + ".a", root + ".b.x");
            case 4 -> List.of(root + ".*.x", root + ".c");
            default -> List.of();
        };
    }

    boolean isPush() {
        return !deliverSubject.isEmpty();
    }

    boolean awaitsAcks() {
        return !ackPolicy.equals("none");
    }

    boolean wants(String subject) {
        if (filters.isEmpty()) {
            return true;
        }
        for (String filter : filters) {
            if (matches(filter, subject)) {
                return true;
            }
        }
        return false;
    }

    static boolean matches(String filter, String subject) {
        int f = 0;
        int s = 0;
        while (f < filter.length()) {
            if (filter.charAt(f) == '>') {
                return s < subject.length();
            }
            int filterEnd = end(filter, f);
            int subjectEnd = end(subject, s);
            boolean any = filterEnd == f + 1 && filter.charAt(f) == '*';
            if (s >= subject.length()
                    || !(any
                            || filter.substring(f, filterEnd)
                                    .equals(subject.substring(s, subjectEnd)))) {
                return false;
            }
            f = filterEnd + 1;
            s = subjectEnd + 1;
        }
        return s >= subject.length();
    }

    private static int end(String tokens, int from) {
        int dot = tokens.indexOf('.', from);
        return dot < 0 ? tokens.length() : dot;
    }

    long waitNanos(int deliveries) {
        return backoffNanos.isEmpty()
                ? ackWaitNanos
                : backoffNanos.get(Math.min(deliveries, backoffNanos.size()) - 1);
    }

    String json(String stream) {
        StringBuilder text = new StringBuilder("{\"stream_name\":\"").append(stream);
        text.append("\",\"config\":{\"durable_name\":\"").append(name);
        text.append("\",\"deliver_policy\":\"").append(deliverPolicy).append('"');
        if (start > 0) {
            text.append(",\"opt_start_seq\":").append(start);
        }
        text.append(",\"ack_policy\":\"").append(ackPolicy).append('"');
        if (filters.size() == 1) {
            text.append(",\"filter_subject\":\"").append(filters.getFirst()).append('"');
        } else if (!filters.isEmpty()) {
            text.append(",\"filter_subjects\":[\"");
            text.append(String.join("\",\"", filters)).append("\"]");
        }
        if (awaitsAcks()) {
            text.append(",\"ack_wait\":").append(ackWaitNanos);
            text.append(",\"max_ack_pending\":").append(maxAckPending);
        }
        if (!backoffNanos.isEmpty()) {
            text.append(",\"backoff\":").append(backoffNanos);
        }
        text.append(",\"max_deliver\":").append(maxDeliver);
        if (isPush()) {
            text.append(",\"deliver_subject\":\"").append(deliverSubject).append('"');
        }
        text.append(",\"mem_storage\":").append(inMemory);
        text.append(",\"headers_only\":").append(headersOnly);
        return text.append(",\"replay_policy\":\"instant\"}}").toString();
    }
}
