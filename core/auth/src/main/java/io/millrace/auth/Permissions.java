package io.millrace.auth;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user may publish and subscribe to. Immutable; any thread. A deny wins over every allow,
 * whatever the order of the lists; an empty allow list allows everything that is not denied.
 */
public final class Permissions {
    private final SubjectSet publishAllow;
    private final SubjectSet publishDeny;
    private final boolean publishAllowsAll;
    private final List<QueueRule> subscribeAllow;
    private final List<QueueRule> subscribeDeny;
    private final boolean subscribeAllowsAll;
    private final boolean allowsResponses;
    private final int responsesMax;
    private final long responsesExpireNanos;

    /** What becomes of a subscription. */
    public enum Decision {
        ALLOWED,
        /** Allowed, but some of what it covers is denied: ask {@link #mayDeliver} each time. */
        FILTERED,
        REFUSED
    }

    /**
     * A decision and what it rests on.
     *
     * @param rule the subject of the list that decides; empty when no list names anything
     */
    public record Ruling(Decision decision, Basis basis, String rule) {
        /** Which list decides. */
        public enum Basis {
            /** None: there is no list of allows, so everything is allowed. */
            NONE,
            ALLOW,
            DENY,
            /** There is a list of allows, and the subject is not in it. */
            NOT_ALLOWED
        }
    }

    /** One side's lists; null for "not said". An empty list of allows allows nothing. */
    public record Rules(@Nullable List<String> allow, List<String> deny) {
        /** Everything. */
        public static final Rules ALL = new Rules(null, List.of());
    }

    /**
     * @param subscribe subjects, each with a blank and a queue name pattern behind it if need be
     * @param responsesMax publications per received reply subject; 0 when none is allowed
     */
    public Permissions(
            Rules publish, Rules subscribe, int responsesMax, long responsesExpireNanos) {
        boolean answersOnly = responsesMax != 0 && publish.allow() == null;
        this.publishAllow =
                new SubjectSet(publish.allow() == null ? List.of() : subjects(publish.allow()));
        this.publishDeny = new SubjectSet(subjects(publish.deny()));
        this.publishAllowsAll = publish.allow() == null && !answersOnly;
        this.subscribeAllow = rules(subscribe.allow() == null ? List.of() : subscribe.allow());
        this.subscribeDeny = rules(subscribe.deny());
        this.subscribeAllowsAll = subscribe.allow() == null;
        this.allowsResponses = responsesMax != 0;
        this.responsesMax = responsesMax;
        this.responsesExpireNanos = responsesExpireNanos;
    }

    /** What is blank is no subject: it neither allows nor denies anything. */
    private static List<String> subjects(List<String> entries) {
        return entries.stream().map(String::strip).filter(entry -> !entry.isEmpty()).toList();
    }

    private static List<QueueRule> rules(List<String> entries) {
        List<QueueRule> rules = new ArrayList<>();
        for (String entry : subjects(entries)) {
            String[] words = entry.split("\\s+", 2);
            rules.add(new QueueRule(words[0], words.length == 1 ? null : words[1]));
        }
        return rules;
    }

    /** Whether a message may be published on the subject. Allocates nothing. */
    public boolean mayPublish(byte[] b, int offset, int length) {
        if (!publishAllowsAll && !publishAllow.covers(b, offset, length)) {
            return false;
        }
        return publishDeny.isEmpty() || !publishDeny.covers(b, offset, length);
    }

    public boolean mayPublish(String subject) {
        byte[] bytes = subject.getBytes(StandardCharsets.UTF_8);
        return mayPublish(bytes, 0, bytes.length);
    }

    /** What becomes of a SUB; {@code queue} null without a queue group. */
    public Decision maySubscribe(String subject, @Nullable String queue) {
        if (!subscribeAllowsAll
                && subscribeAllow.stream().noneMatch(rule -> rule.allows(subject, queue))) {
            return Decision.REFUSED;
        }
        boolean overlaps = false;
        for (QueueRule deny : subscribeDeny) {
            if (!deny.concerns(queue)) {
                continue;
            }
            if (SubjectSet.isSubset(subject, deny.subject)) {
                return Decision.REFUSED;
            }
            overlaps |= SubjectSet.overlap(subject, deny.subject);
        }
        return overlaps ? Decision.FILTERED : Decision.ALLOWED;
    }

    /** By which rule a message may be published on a literal subject, or may not. */
    public Ruling rulingOnPublish(String subject) {
        for (String deny : publishDeny.subjects()) {
            if (SubjectSet.isSubset(subject, deny)) {
                return new Ruling(Decision.REFUSED, Ruling.Basis.DENY, deny);
            }
        }
        if (publishAllowsAll) {
            return new Ruling(Decision.ALLOWED, Ruling.Basis.NONE, "");
        }
        for (String allow : publishAllow.subjects()) {
            if (SubjectSet.isSubset(subject, allow)) {
                return new Ruling(Decision.ALLOWED, Ruling.Basis.ALLOW, allow);
            }
        }
        return new Ruling(Decision.REFUSED, Ruling.Basis.NOT_ALLOWED, "");
    }

    /** By which rule a subject may be subscribed to, or may not; {@code queue} null for none. */
    public Ruling rulingOnSubscribe(String subject, @Nullable String queue) {
        Decision decision = maySubscribe(subject, queue);
        boolean allowed =
                subscribeAllowsAll
                        || subscribeAllow.stream().anyMatch(rule -> rule.allows(subject, queue));
        if (!allowed) {
            return new Ruling(decision, Ruling.Basis.NOT_ALLOWED, "");
        }
        for (QueueRule deny : subscribeDeny) {
            boolean decides =
                    switch (decision) {
                        case REFUSED -> SubjectSet.isSubset(subject, deny.subject);
                        case FILTERED -> SubjectSet.overlap(subject, deny.subject);
                        case ALLOWED -> false;
                    };
            if (decides && deny.concerns(queue)) {
                return new Ruling(decision, Ruling.Basis.DENY, deny.text());
            }
        }
        for (QueueRule allow : subscribeAllow) {
            if (allow.allows(subject, queue)) {
                return new Ruling(decision, Ruling.Basis.ALLOW, allow.text());
            }
        }
        return new Ruling(decision, Ruling.Basis.NONE, "");
    }

    /** Whether a filtered subscription may see a message on this literal subject. */
    public boolean mayDeliver(byte[] b, int offset, int length, @Nullable String queue) {
        for (int i = 0; i < subscribeDeny.size(); i++) {
            QueueRule deny = subscribeDeny.get(i);
            if (deny.concerns(queue) && deny.covered.covers(b, offset, length)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a received reply subject may be answered although nothing else allows it. */
    public boolean allowsResponses() {
        return allowsResponses;
    }

    /** Publications per reply subject; below 0 for any number. */
    public int responsesMax() {
        return responsesMax;
    }

    /** How long a reply subject may be answered; below 0 for ever. */
    public long responsesExpireNanos() {
        return responsesExpireNanos;
    }

    /** The lists as they were given, for those who ask what they may. */
    public List<String> publishAllowed() {
        return publishAllow.subjects();
    }

    public List<String> publishDenied() {
        return publishDeny.subjects();
    }

    public List<String> subscribeAllowed() {
        return subscribeAllow.stream().map(QueueRule::text).toList();
    }

    public List<String> subscribeDenied() {
        return subscribeDeny.stream().map(QueueRule::text).toList();
    }

    /** A subject and, where the rule is for queue groups alone, a pattern of queue names. */
    private static final class QueueRule {
        private final String subject;
        private final @Nullable String queue;
        private final SubjectSet covered;

        QueueRule(String subject, @Nullable String queue) {
            this.subject = subject;
            this.queue = queue;
            this.covered = new SubjectSet(List.of(subject));
        }

        boolean allows(String wanted, @Nullable String wantedQueue) {
            return concerns(wantedQueue) && SubjectSet.isSubset(wanted, subject);
        }

        /** A rule without a queue is for everybody; one with a queue for its groups alone. */
        boolean concerns(@Nullable String wantedQueue) {
            return queue == null
                    || (wantedQueue != null && SubjectSet.isSubset(wantedQueue, queue));
        }

        String text() {
            return queue == null ? subject : subject + " " + queue;
        }
    }
}
