package io.millrace.bridges.matrix;

import java.time.Duration;
import java.util.List;

/**
 * Which messages go into which room. Immutable: any thread.
 *
 * @param room an id or an alias
 * @param consumer the durable consumer that remembers what the room has seen
 * @param fromStart whether a new consumer begins with what the stream holds already
 * @param confidential whether the room may see what GitLab keeps from the public
 */
record RoomRule(
        String name,
        String room,
        String stream,
        String consumer,
        List<SubjectFilter> subjects,
        List<SubjectFilter> except,
        boolean fromStart,
        boolean confidential,
        Duration ackWait,
        List<Wording> wordings) {
    private static final String CONFIDENTIAL = "Gitlab-Confidential";

    /** A consumer that somebody else has made may bring more than was asked for. */
    boolean wants(Delivery delivery) {
        String subject = delivery.subject();
        return subjects.stream().anyMatch(filter -> filter.matches(subject))
                && except.stream().noneMatch(filter -> filter.matches(subject))
                && (confidential || !delivery.header(CONFIDENTIAL).equals("true"));
    }
}
