package io.millrace.bridges.gitlab;

import io.millrace.bridges.common.Fields;
import io.millrace.protocol.Json;
import java.util.List;
import java.util.Set;

/**
 * Jobs of a pipeline that announce themselves with curl: {@code POST /hooks/ci/build/start} with
 * the body of the short form. Any thread.
 */
final class JobSource implements Source {
    private static final Set<String> KINDS = Set.of("build", "deploy", "pipeline");

    private final String stream;
    private final HookToken token;

    JobSource(String stream, HookToken token) {
        this.stream = stream;
        this.token = token;
    }

    @Override
    public String name() {
        return "ci";
    }

    @Override
    public String stream() {
        return stream;
    }

    @Override
    public void admit(Call.Headers headers) throws Refused {
        token.check(headers);
    }

    @Override
    public List<Announcement> read(Call call) throws Refused {
        if (call.path().size() != 2 || !KINDS.contains(call.path().getFirst())) {
            throw new Refused(404, "path", "post to /hooks/ci/build|deploy|pipeline/PHASE");
        }
        Json body = call.json();
        String kind = call.path().getFirst();
        String number = Fields.text(body, kind.equals("pipeline") ? "pipeline" : "job");
        if (number.isEmpty()) {
            throw Refused.badBody("the number of the job or pipeline is missing");
        }
        ShortForm brief =
                new ShortForm(
                        kind,
                        SubjectToken.word(call.path().get(1)),
                        SubjectToken.word(Fields.text(body, "status")),
                        Fields.text(body, "instance"),
                        SubjectToken.word(number),
                        call.body());
        return List.of(brief.announcement());
    }
}
