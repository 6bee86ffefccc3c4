package io.millrace.monitor;

import io.millrace.protocol.JsonPage;
import java.util.List;

/**
 * Whether all is well. Immutable.
 *
 * @param code as HTTP has it
 * @param detailed whether problems are listed, or the first one is all that is said
 */
record Health(int code, boolean detailed, List<Problem> problems) {
    static final int OK = 200;
    static final int BAD_REQUEST = 400;
    static final int NOT_FOUND = 404;
    static final int NOT_READY = 500;
    static final int UNAVAILABLE = 503;

    /**
     * One thing that is not well.
     *
     * @param account empty when it is about none, like the names that follow
     */
    record Problem(String type, String account, String stream, String consumer, String error) {
        static Problem of(String type, String error) {
            return new Problem(type, "", "", "", error);
        }
    }

    Health {
        problems = List.copyOf(problems);
    }

    private String status() {
        return switch (code) {
            case OK -> "ok";
            case NOT_FOUND, UNAVAILABLE -> detailed ? "error" : "unavailable";
            default -> "error";
        };
    }

    /** Writes the fields; the code itself where HTTP does not carry it. */
    void write(JsonPage page, boolean withCode) {
        page.text("status", status());
        if (withCode) {
            page.number("status_code", code);
        }
        if (problems.isEmpty()) {
            return;
        }
        if (!detailed) {
            page.text("error", problems.getFirst().error());
            return;
        }
        page.array("errors");
        for (Problem problem : problems) {
            page.object(null)
                    .text("type", problem.type())
                    .textUnlessEmpty("account", problem.account())
                    .textUnlessEmpty("stream", problem.stream())
                    .textUnlessEmpty("consumer", problem.consumer())
                    .text("error", problem.error())
                    .endObject();
        }
        page.endArray();
    }

    /** What the log says about it, behind "Healthcheck failed: ". */
    String complaint() {
        return detailed
                ? problems.size() + " errors"
                : '"'
                        + problems.getFirst().error().replace("\\", "\\\\").replace("\"", "\\\"")
                        + '"';
    }
}
