package io.millrace.jetstream.api;

import static io.millrace.jetstream.api.StreamRules.invalid;

import io.millrace.auth.SubjectSet;
import io.millrace.protocol.Subjects;
import java.util.List;

/** Which subjects a stream may listen to. Stateless. */
final class StreamSubjectRules {
    private static final List<String> JETSTREAM = List.of("$JS.>", "$JSC.>", "$NRG.>");

    private StreamSubjectRules() {}

    static void complete(StreamConfig asked, StreamConfigBuilder next) throws ApiException {
        if (asked.mirror() != null) {
            return;
        }
        if (asked.subjects().isEmpty() && asked.sources().isEmpty()) {
            next.subjects(List.of(asked.name()));
            return;
        }
        for (int i = 0; i < asked.subjects().size(); i++) {
            check(asked, i);
        }
    }

    private static void check(StreamConfig asked, int index) throws ApiException {
        String subject = asked.subjects().get(index);
        if (!isValid(subject)) {
            throw invalid("invalid subject");
        }
        for (String before : asked.subjects().subList(0, index)) {
            if (SubjectSet.overlap(before, subject)) {
                throw invalid("subject \"" + before + "\" overlaps with \"" + subject + "\"");
            }
        }
        if (!asked.noAck()) {
            checkAnswerable(subject);
        }
    }

    /**
     * A request answered by an acknowledgement has two answers, so a stream that listens to the
     * server's own requests must not acknowledge. Advisories and events are not requests.
     */
    private static void checkAnswerable(String subject) throws ApiException {
        if (subject.equals(">")) {
            throw invalid("capturing all subjects requires no-ack to be true");
        }
        if (JETSTREAM.stream().anyMatch(api -> SubjectSet.overlap(subject, api))
                && !SubjectSet.isSubset(subject, "$JS.EVENT.>")) {
            throw invalid("subjects that overlap with jetstream api require no-ack to be true");
        }
        if (SubjectSet.overlap(subject, "$SYS.>")
                && !SubjectSet.isSubset(subject, "$SYS.ACCOUNT.>")) {
            throw invalid("subjects that overlap with system api require no-ack to be true");
        }
    }

    /** Whether it can be a subject on the wire, where a blank would end it. */
    static boolean isValid(String subject) {
        return Subjects.isValid(subject) && !hasBlank(subject);
    }

    static boolean hasBlank(String subject) {
        return subject.chars().anyMatch(c -> " \t\r\n\f".indexOf(c) >= 0);
    }
}
