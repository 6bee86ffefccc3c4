package io.millrace.bridges.gitlab;

import io.millrace.bridges.common.Fields;
import io.millrace.protocol.Json;

/** What GitLab tells about, as far as a subject needs it. Unknown events have a subject, too. */
record GitlabEvent(Json body, String kind, String action, String project, boolean confidential) {
    private static final String NOBODY = "0000000000000000000000000000000000000000";

    /**
     * Reads a body.
     *
     * @param header X-Gitlab-Event, like "Merge Request Hook"
     */
    static GitlabEvent of(Json body, String header) {
        String kind = Fields.text(body, "object_kind");
        if (kind.isEmpty()) {
            kind = Fields.text(body, "event_name");
        }
        if (kind.isEmpty()) {
            kind =
                    header.replaceAll(" Hook$", "")
                            .toLowerCase(java.util.Locale.ROOT)
                            .replace(' ', '_');
        }
        boolean confidential = isConfidential(body, header);
        String action = action(kind, body);
        if (confidential && !kind.startsWith("confidential")) {
            kind = "confidential_" + kind;
        }
        return new GitlabEvent(body, kind, action, project(body), confidential);
    }

    private static boolean isConfidential(Json body, String header) {
        return header.startsWith("Confidential")
                || Fields.text(body, "event_type").startsWith("confidential")
                || Fields.isTrue(body, "object_attributes", "confidential")
                || Fields.isTrue(body, "object_attributes", "internal")
                || Fields.isTrue(body, "issue", "confidential");
    }

    private static String project(Json body) {
        String path = Fields.text(body, "project", "path_with_namespace");
        if (path.isEmpty()) {
            path = Fields.text(body, "path_with_namespace");
        }
        if (path.isEmpty()) {
            path = Fields.text(body, "group", "full_path");
        }
        if (path.isEmpty()) {
            path = Fields.text(body, "full_path");
        }
        return path.isEmpty() ? Fields.text(body, "group_path") : path;
    }

    private static String action(String kind, Json body) {
        return switch (kind) {
            case "push", "tag_push" -> pushed(body);
            case "build" -> firstOf(body, "build_status");
            case "pipeline" -> Fields.text(body, "object_attributes", "status");
            case "deployment" -> firstOf(body, "status");
            default -> {
                String action = Fields.text(body, "object_attributes", "action");
                yield action.isEmpty() ? firstOf(body, "action", "event_name", "status") : action;
            }
        };
    }

    private static String firstOf(Json body, String... names) {
        for (String name : names) {
            String value = Fields.text(body, name);
            if (!value.isEmpty()) {
                return value;
            }
        }
        return "";
    }

    private static String pushed(Json body) {
        if (Fields.text(body, "after").equals(NOBODY)) {
            return "delete";
        }
        return Fields.text(body, "before").equals(NOBODY) ? "create" : "update";
    }

    String subject() {
        return "gitlab."
                + SubjectToken.slug(project)
                + "."
                + SubjectToken.word(kind)
                + "."
                + (action.isEmpty() ? "event" : SubjectToken.word(action));
    }
}
