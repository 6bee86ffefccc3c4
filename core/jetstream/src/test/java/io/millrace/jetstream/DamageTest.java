package io.millrace.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What damage has cost is said aloud: log, stream info, health, advisory. */
final class DamageTest {
    private static final String ADVISORY = "$JS.EVENT.ADVISORY.STREAM.MESSAGES_LOST.S";

    private EngineRig rig;

    @BeforeEach
    void aStreamWithThreeMessages() throws Exception {
        rig = new EngineRig();
        rig.stream("S", "s.>", "\"retention\":\"limits\"");
        for (int i = 1; i <= 3; i++) {
            rig.ask("s." + i, "message number " + i);
        }
    }

    private void damage(String kind, String text) {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        int found = 0;
        for (Path file : rig.disk.files()) {
            if (!file.toString().endsWith(kind)) {
                continue;
            }
            byte[] content = rig.disk.content(file);
            int at = new String(content, StandardCharsets.ISO_8859_1).indexOf(text);
            if (at >= 0) {
                rig.disk.flipBit(file, 8L * (at + wanted.length - 1));
                found++;
            }
        }
        assertThat(found).as("files with " + text).isPositive();
    }

    private void assertIsSaid(int message, String kind) {
        assertThat(rig.warnings)
                .anySatisfy(
                        line ->
                                assertThat(line)
                                        .startsWith(
                                                "JetStream: stream '$G > S' has lost 1 message by"
                                                        + " damage, sequence "
                                                        + message
                                                        + ", in ")
                                        .endsWith(kind));
        assertThat(rig.api("STREAM.INFO.S", ""))
                .contains("\"messages\":2,")
                .containsPattern("\"lost\":\\{\"msgs\":\\[" + message + "\\],\"bytes\":[1-9]");
        assertThat(rig.engine().health())
                .singleElement()
                .satisfies(health -> assertThat(health.lost()).isEqualTo(1));
        assertThat(rig.heard)
                .singleElement()
                .asString()
                .startsWith(
                        ADVISORY
                                + " {\"type\":\"io.millrace.jetstream.advisory.v1.messages_lost\","
                                + "\"id\":\"")
                .endsWith(
                        "\"stream\":\"S\",\"lost\":1,\"lost_in_all\":1,\"seqs\":["
                                + message
                                + "]}");
        for (int i = 1; i <= 3; i++) {
            assertThat(rig.stored("S", i))
                    .isEqualTo(i == message ? "" : "s." + i + "  message number " + i);
        }
    }

    @Test
    void whatAReaderMeets() {
        rig.checkpoint();
        rig.listen(ADVISORY);
        damage(".segment", "message number 2");
        assertThat(rig.stored("S", 2)).isEmpty();
        assertIsSaid(2, ".segment");
    }

    @Test
    void whatTheScrubFindsBeforeAnyReader() throws Exception {
        rig.checkpoint();
        rig.kill();
        rig.listen(ADVISORY);
        damage(".segment", "message number 1");
        rig.scrub();
        assertThat(rig.heard).hasSize(1);
        assertIsSaid(1, ".segment");
        rig.scrub();
        assertThat(rig.heard).as("once").hasSize(1);
    }

    @Test
    void whatTheOpeningFindsIsToldToTheFirstWhoListens() throws Exception {
        rig.disk.kill();
        damage(".journal", "message number 2");
        rig.kill();
        rig.pass(Duration.ofSeconds(60));
        assertThat(rig.heard).isEmpty();
        rig.listen(ADVISORY);
        rig.pass(Duration.ofSeconds(6));
        assertIsSaid(2, ".journal");
        rig.restart();
        rig.listen(ADVISORY);
        rig.pass(Duration.ofSeconds(60));
        assertThat(rig.heard).as("the next start knows it already").hasSize(1);
        assertThat(rig.engine().health().getFirst().lost()).isEqualTo(1);
    }

    @Test
    void aLostSegmentIsOneLineAndOneAdvisory() throws Exception {
        rig.checkpoint();
        rig.disk.files().stream()
                .filter(file -> file.toString().endsWith(".segment"))
                .forEach(rig.disk::lose);
        rig.kill();
        rig.listen(ADVISORY);
        for (int i = 1; i <= 3; i++) {
            rig.publish("$JS.API.STREAM.MSG.GET.S", "_R.x", "{\"seq\":" + i + "}");
        }
        rig.settle();
        rig.pass(Duration.ofSeconds(6));
        assertThat(rig.warnings.stream().filter(line -> line.contains("has lost")))
                .singleElement()
                .asString()
                .contains("has lost 3 messages by damage, sequence 1-3, in ");
        assertThat(rig.heard).singleElement().asString().endsWith("\"seqs\":[1,2,3]}");
        assertThat(rig.state("S")).isEqualTo("0 4 3");
    }

    @Test
    void whatNoStreamCanBeNamedForIsToldToTheOperator() throws Exception {
        rig.ask("s.4", "the newest");
        rig.ask("$JS.API.INFO", "");
        rig.disk.kill();
        byte[] header = new byte[] {(byte) 0x8A, 0x4D, 0x72, 0x6C};
        Path journal =
                rig.disk.files().stream()
                        .filter(file -> file.toString().endsWith(".journal"))
                        .findFirst()
                        .orElseThrow();
        String content = new String(rig.disk.content(journal), StandardCharsets.ISO_8859_1);
        int text = content.indexOf("the newest");
        int at = content.lastIndexOf(new String(header, StandardCharsets.ISO_8859_1), text);
        rig.disk.zero(journal, at + 16, 16);
        rig.kill();
        assertThat(rig.engine().view().lost()).hasSize(1);
        rig.listenInSystem("$JS.EVENT.ADVISORY.SERVER.RECORDS_LOST");
        rig.pass(Duration.ofSeconds(6));
        assertThat(rig.heard)
                .singleElement()
                .asString()
                .contains("\"type\":\"io.millrace.jetstream.advisory.v1.records_lost\"")
                .contains("\"lost\":0,\"uncertain\":1,");
    }

    @Test
    void oneFlippedBitInAHeaderCostsNothing() throws Exception {
        rig.checkpoint();
        rig.kill();
        Path segment =
                rig.disk.files().stream()
                        .filter(file -> file.toString().endsWith(".segment"))
                        .findFirst()
                        .orElseThrow();
        String content = new String(rig.disk.content(segment), StandardCharsets.ISO_8859_1);
        rig.disk.flipBit(segment, 8L * (content.indexOf("s.2message") - 56 + 33));
        assertThat(rig.stored("S", 2)).isEqualTo("s.2  message number 2");
        rig.scrub();
        assertThat(rig.warnings).singleElement().asString().contains("the scrub found damage");
        rig.warnings.clear();
        rig.scrub();
        assertThat(rig.warnings).as("it is written anew").isEmpty();
        assertThat(rig.stored("S", 2)).isEqualTo("s.2  message number 2");
        assertThat(rig.engine().health().getFirst().lost()).isZero();
    }

    @Test
    void theRoomOfWhatIsLostIsFree() throws Exception {
        rig.checkpoint();
        damage(".segment", "message number 2");
        rig.stored("S", 2);
        rig.api("STREAM.DELETE.S", "");
        assertThat(rig.engine().view().storageBytes()).isZero();
    }
}
