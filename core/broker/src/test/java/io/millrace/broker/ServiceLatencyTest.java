package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.SimulatedPeer;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of the time that services of other accounts take. */
final class ServiceLatencyTest {
    private static final String ACCOUNTS =
            """
            A { users: [{user: a, password: p}], exports: [
              {service: "all", latency: "lat"}
              {service: "some", latency: {sampling: 30, subject: "lat"}}
              {service: "traced", latency: {sampling: headers, subject: "lat"}}
              {service: "slow", latency: "lat", response_threshold: "1s"}
            ] }
            B { users: [{user: b, password: p}], imports: [
              {service: {account: A, subject: "all"}, share: true}
              {service: {account: A, subject: "some"}}
              {service: {account: A, subject: "traced"}}
              {service: {account: A, subject: "slow"}}
            ] }
            """;

    @TempDir Path folder;
    private SharedAccounts shared;
    private SimulatedPeer service;
    private SimulatedPeer listener;
    private SimulatedPeer b;

    @BeforeEach
    void begin() {
        shared = new SharedAccounts(folder, ACCOUNTS);
        service = shared.client("a");
        listener = shared.client("a");
        b = shared.client("b");
        shared.say(b, "SUB in 1\n");
        shared.say(listener, "SUB lat 1\n");
    }

    private String told() {
        return listener.heard();
    }

    private String ask(String subject) {
        shared.say(service, "SUB " + subject + " 7\n");
        shared.say(b, "PUB " + subject + " in 1\nq\n");
        return SharedAccounts.reply(service.heard());
    }

    @Test
    void anAnswerTellsWhoAskedWhoAnsweredAndHowLongItTook() {
        String reply = ask("all");
        assertThat(reply).endsWith(".H3t7BS4a.T");
        shared.world.loop.advance(5 * SimulatedServer.MILLI);
        service.heard();
        shared.say(service, "PUB " + reply + " 1\na\n");
        String told = told();
        assertThat(told)
                .contains(
                        "{\"type\":\"io.nats.server.metric.v1.service_latency\",\"id\":\"",
                        "\"status\":200,\"requestor\":{\"start\":",
                        "\"acc\":\"B\",\"user\":\"b\"",
                        "},\"responder\":{\"start\":",
                        "\"acc\":\"A\",\"user\":\"a\"",
                        ",\"system\":0,");
        long took = Long.parseLong(told.replaceAll("(?s).*\"service\":(\\d+).*", "$1"));
        assertThat(took).isBetween(4 * SimulatedServer.MILLI, 5 * SimulatedServer.MILLI);
        assertThat(b.heard()).endsWith("MSG in 1 1\r\na\r\n");
    }

    @Test
    void aRequestThatNobodyTakesIsUnavailable() {
        shared.say(b, "PUB all in 1\nq\n");
        assertThat(told())
                .contains("\"status\":503,\"description\":\"Service Unavailable\",\"requestor\":{")
                .endsWith("\"service\":0,\"system\":0,\"total\":0}\r\n");
    }

    @Test
    void aRequestWithoutAReplyIsBad() {
        shared.say(service, "SUB all 7\n");
        shared.say(b, "PUB all 1\nq\n");
        assertThat(told()).contains("\"status\":400,\"description\":\"Bad Request\"");
        assertThat(service.heard()).contains("q\r\n");
    }

    @Test
    void aRequesterThatLeavesHasTimedOut() {
        ask("all");
        shared.say(b, "UNSUB 1\n");
        assertThat(told()).contains("\"status\":408,\"description\":\"Request Timeout\"");
    }

    @Test
    void aServiceThatDoesNotAnswerHasTimedOut() {
        ask("slow");
        shared.world.loop.advance(2 * SimulatedServer.SECOND);
        assertThat(told())
                .contains("\"status\":504,\"description\":\"Service Timeout\"")
                .contains("\"requestor\":{\"acc\":\"B\",");
    }

    @Test
    void someAreMeasuredWhereAShareIsConfigured() {
        shared.say(b, "PUB some in 1\nq\n".repeat(400));
        int told = told().split("\"status\":503", -1).length - 1;
        assertThat(told).isBetween(70, 170);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Uber-Trace-Id: a:b:c:1 | Uber-Trace-Id",
                "uber-trace-id: a:b:c:3 | Uber-Trace-Id",
                "Uber-Trace-Id: a:b:c:0 |",
                "X-B3-Sampled: 1 | X-B3-Sampled",
                "X-B3-Sampled: 0 |",
                "X-B3-Sampled: true |",
                "X-B3-TraceId: 80f1 | X-B3-Traceid",
                "X-B3-Flags: 1 |",
                "b3: 80f1-e457-1-05e3 | B3",
                "b3: 80f1-e457-0 |",
                "b3: 1 | B3",
                "B3: d | B3",
                "b3: 0 |",
                "traceparent: 00-0af7-b7ad-01 | Traceparent",
                "traceparent: 00-0af7-b7ad-00 |",
                "Other: 1 |"
            })
    void headersDecideWhereTheyAreAsked(String header, String shown) {
        shared.say(service, "SUB traced 7\n");
        shared.say(b, SharedAccounts.withHeaders("traced in", header + "\n", "q"));
        String reply = SharedAccounts.reply(service.heard());
        shared.say(service, "PUB " + reply + " 1\na\n");
        if (shown == null) {
            assertThat(told()).isEmpty();
        } else {
            String value = header.substring(header.indexOf(": ") + 2);
            assertThat(told()).contains("\"header\":{\"" + shown + "\":[\"" + value + "\"]}");
        }
    }
}
