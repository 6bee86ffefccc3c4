package io.millrace.bridges.matrix;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How messages of certain subjects are put. Immutable: any thread. */
record Wording(List<SubjectFilter> subjects, Template text, @Nullable Template html) {
    private static final Wording PLAIN =
            of("{{subject}}: {{body}}", "<code>{{subject}}</code>: {{body}}", ">");

    /** The first that fits is taken; the last fits all. */
    static final List<Wording> DEFAULTS =
            List.of(
                    of(
                            "{{body.project}} → {{body.environment}}: deployment {{body.status}}"
                                    + " ({{body.ref}}, {{body.user|nobody}}) {{body.url}}",
                            "🚀 <b>{{body.project}}</b> → {{body.environment}}:"
                                    + " <a href=\"{{body.url}}\">deployment {{body.status}}</a>"
                                    + " ({{body.ref}}, {{body.user|nobody}})",
                            "gitlab.deploy.*"),
                    of(
                            "{{body.project}} {{body.ref}}: job {{body.name}} {{body.status}}"
                                    + " {{body.url}}",
                            "🔨 <b>{{body.project}}</b> {{body.ref}}:"
                                    + " <a href=\"{{body.url}}\">{{body.name}}</a> {{body.status}}",
                            "gitlab.build.*"),
                    of(
                            "{{body.project}} {{body.ref}}: pipeline {{body.pipeline}}"
                                    + " {{body.status}} {{body.url}}",
                            "<b>{{body.project}}</b> {{body.ref}}: <a"
                                    + " href=\"{{body.url}}\">pipeline {{body.pipeline}}</a>"
                                    + " {{body.status}}",
                            "gitlab.pipeline.*"),
                    of(
                            "{{header.Gitlab-Project}} {{body.ref}}: {{subject.4}} by"
                                    + " {{body.user_username|somebody}}:"
                                    + " {{body.commits.0.title|no commits}}",
                            "<b>{{header.Gitlab-Project}}</b> {{body.ref}}: {{subject.4}} by"
                                    + " {{body.user_username|somebody}}:"
                                    + " {{body.commits.0.title|no commits}}",
                            "gitlab.*.push.*",
                            "gitlab.*.tag_push.*"),
                    of(
                            "{{header.Gitlab-Project}} {{subject.3}} {{subject.4}}:"
                                    + " {{body.object_attributes.title}}"
                                    + " ({{body.user.username|somebody}})"
                                    + " {{body.object_attributes.url}}",
                            "<b>{{header.Gitlab-Project}}</b> {{subject.3}} {{subject.4}}:"
                                    + " <a href=\"{{body.object_attributes.url}}\">"
                                    + "{{body.object_attributes.title}}</a>"
                                    + " ({{body.user.username|somebody}})",
                            "gitlab.*.merge_request.*",
                            "gitlab.*.issue.*",
                            "gitlab.*.confidential_issue.*"),
                    of(
                            "{{header.Gitlab-Project}}: {{body.user.username|somebody}} on"
                                    + " {{body.object_attributes.noteable_type}}:"
                                    + " {{body.object_attributes.note}}"
                                    + " {{body.object_attributes.url}}",
                            "<b>{{header.Gitlab-Project}}</b>: {{body.user.username|somebody}} on"
                                    + " <a href=\"{{body.object_attributes.url}}\">"
                                    + "{{body.object_attributes.noteable_type}}</a>:"
                                    + " {{body.object_attributes.note}}",
                            "gitlab.*.note.*",
                            "gitlab.*.confidential_note.*"),
                    of(
                            "{{header.Gitlab-Project}} {{subject.3}} {{subject.4}}"
                                    + " {{body.name}} {{body.url}}",
                            "<b>{{header.Gitlab-Project}}</b> {{subject.3}} {{subject.4}}"
                                    + " {{body.name}}",
                            "gitlab.*.*.*"),
                    of(
                            "[{{body.status}}] {{body.severity|alert}} {{body.alertname}}:"
                                    + " {{body.summary}} {{body.generatorURL}}",
                            "<b>[{{body.status}}] {{body.severity|alert}} <a"
                                    + " href=\"{{body.generatorURL}}\">{{body.alertname}}</a></b>:"
                                    + " {{body.summary}}",
                            "alerts.*.*"),
                    PLAIN);

    private static Wording of(String text, String html, String... subjects) {
        return new Wording(
                List.of(subjects).stream().map(SubjectFilter::of).toList(),
                Template.of(text, false),
                Template.of(html, true));
    }

    boolean fits(String subject) {
        return subjects.stream().anyMatch(filter -> filter.matches(subject));
    }

    /** Puts a message into the words of the first that fits. */
    static Notice notice(List<Wording> wordings, Delivery delivery) {
        MessageValues values = new MessageValues(delivery);
        Wording chosen =
                wordings.stream()
                        .filter(wording -> wording.fits(delivery.subject()))
                        .findFirst()
                        .orElse(PLAIN);
        Template html = chosen.html();
        return new Notice(
                chosen.text().render(values), html == null ? "" : html.render(values), "");
    }
}
