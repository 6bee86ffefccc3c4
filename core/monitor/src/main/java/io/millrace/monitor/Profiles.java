package io.millrace.monitor;

import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;

/**
 * An answer to who asks for a profile of the process. The profiles of Go's runtime are none of a
 * JVM's; what its threads do there is. Immutable.
 *
 * @param text what the profile says; "" for none
 * @param problem why there is none; "" for nothing
 */
record Profiles(String text, String problem) {
    private static final long DURATION_MAX_NANOS = 15_000_000_000L;
    private static final Set<String> OF_GO =
            Set.of("allocs", "block", "cpu", "heap", "mutex", "threadcreate");

    static Profiles of(SystemRequest request) {
        String name = request.text("name");
        String duration = request.text("duration");
        if (name.isEmpty()) {
            return problem("Profile name not specified");
        }
        if (name.equals("goroutine")) {
            return new Profiles(Stacks.text(), "");
        }
        if (!OF_GO.contains(name)) {
            return problem("Profile \"" + name + "\" not found");
        }
        if (name.equals("cpu") && duration.matches("-?[0-9]{1,18}")) {
            long nanos = Long.parseLong(duration);
            if (nanos < 0 || nanos > DURATION_MAX_NANOS) {
                return problem(
                        "Duration " + GoTime.duration(nanos) + " should be between 0s and 15s");
            }
        }
        return problem("Profile \"" + name + "\" is not available on a Java runtime");
    }

    private static Profiles problem(String text) {
        return new Profiles("", text);
    }

    /** Writes the fields. */
    void write(JsonPage page) {
        if (text.isEmpty()) {
            page.nothing("profile");
        } else {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            page.text("profile", Base64.getEncoder().encodeToString(bytes));
        }
        page.text("error", problem);
    }
}
