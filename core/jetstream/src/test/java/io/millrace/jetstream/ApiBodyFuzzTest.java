package io.millrace.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import java.util.List;

/**
 * Whatever the body of a request says (the first letter of the input chooses the request, from a
 * on): it is answered, by no mistake of ours, and an error leaves everything as it was.
 */
final class ApiBodyFuzzTest {
    private static final List<String> CALLS =
            List.of(
                    "STREAM.CREATE.NEW",
                    "STREAM.UPDATE.S",
                    "STREAM.PURGE.S",
                    "STREAM.INFO.S",
                    "STREAM.LIST",
                    "STREAM.NAMES",
                    "STREAM.MSG.GET.S",
                    "STREAM.MSG.DELETE.S",
                    "STREAM.SNAPSHOT.S",
                    "STREAM.RESTORE.NEW",
                    "CONSUMER.CREATE.S",
                    "CONSUMER.CREATE.S.NEW",
                    "CONSUMER.CREATE.S.NEW.s.one",
                    "CONSUMER.DURABLE.CREATE.S.C",
                    "CONSUMER.LIST.S",
                    "CONSUMER.NAMES.S",
                    "CONSUMER.PAUSE.S.C",
                    "CONSUMER.RESET.S.C",
                    "CONSUMER.UNPIN.S.C",
                    "DIRECT.GET.S",
                    "CONSUMER.MSG.NEXT.S.C");

    @FuzzTest(maxDuration = "2m")
    void anyBodyIsAnsweredAndAnErrorChangesNothing(byte[] input) throws Exception {
        if (input.length == 0) {
            return;
        }
        String call = CALLS.get(Math.floorMod(input[0] - 'a', CALLS.size()));
        EngineRig rig = new EngineRig();
        rig.stream("S", "s.>", "\"allow_direct\":true,\"allow_rollup_hdrs\":true");
        rig.api(
                "CONSUMER.CREATE.S.C",
                "{\"stream_name\":\"S\",\"config\":{\"durable_name\":\"C\","
                        + "\"ack_policy\":\"explicit\"}}");
        rig.ask("s.one", "1");
        rig.ask("s.two", "2");
        String before = state(rig);

        String answer = rig.ask("$JS.API." + call, Arrays.copyOfRange(input, 1, input.length));

        assertThat(rig.warnings).as(answer).isEmpty();
        if (!call.startsWith("CONSUMER.MSG.NEXT")) {
            assertThat(answer).as("a pull request may wait, this may not").isNotEqualTo("nothing");
        }
        if (answer.startsWith("{\"type\":\"io.nats.jetstream.api.v1.")
                && answer.contains("_response\",\"error\":{")) {
            assertThat(state(rig)).isEqualTo(before);
        }
        if (rig.api("STREAM.INFO.S", "").contains("\"s.>\"")) {
            assertThat(rig.say("s.one", "behind it")).isNotEqualTo("nothing");
        } // else it does not hear that any more
    }

    private static String state(EngineRig rig) {
        return (rig.api("STREAM.LIST", "")
                        + rig.api("CONSUMER.LIST.S", "")
                        + rig.stored("S", 1)
                        + rig.stored("S", 2))
                .replaceAll("\"ts\":\"[^\"]*\"", "");
    }
}
