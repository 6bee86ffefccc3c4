package io.millrace.jetstream.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.millrace.jetstream.snapshot.ArchiveException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not a whole archive is refused, with its kind and its place. */
final class ArchiveReaderTest {
    private static final ArchiveLimits SMALL = new ArchiveLimits(100, 20, 1000);

    @Test
    void sequencesMayBeLeftOut() throws ArchiveException {
        byte[] archive =
                HandMade.archive().state().message(4, "a", "x").message(9, "b", "y").end().framed();
        assertThat(ReadArchive.of(archive, 3, SMALL).messages)
                .extracting(ReadArchive.Message::sequence)
                .containsExactly(4L, 9L);
    }

    @Test
    void whatFollowsTheEndIsPassedOver() throws ArchiveException {
        byte[] archive =
                HandMade.joined(
                        HandMade.archive().state().end().text("more").framed(), new byte[9]);
        assertThat(ReadArchive.of(archive, 5, SMALL).ended).isTrue();
    }

    @Test
    void framesOfSnappyAndFramesThatMayBePassedOverAreTaken() throws ArchiveException {
        byte[] frames = HandMade.archive().state().end().framed();
        byte[] snappy =
                HandMade.frame(S2Frame.IDENTIFIER, "sNaPpY".getBytes(StandardCharsets.US_ASCII));
        byte[] archive =
                HandMade.joined(
                        snappy,
                        HandMade.frame(0x99, new byte[5000]),
                        HandMade.frame(0xFE, new byte[0]),
                        Arrays.copyOfRange(frames, 10, frames.length));
        assertThat(ReadArchive.of(archive, 100, SMALL).ended).isTrue();
    }

    @Test
    void namesInJsonAreReadAsGoReadsThem() throws ArchiveException {
        byte[] archive =
                HandMade.archive()
                        .json("state.json", "{\"Consumer_Count\":1,\"other\":[{}]}\n")
                        .json(
                                "consumers/C",
                                "{\"state\":{\"pending\":{\"7\":{\"sequence\":3}}},\"Config\":{}}")
                        .end()
                        .framed();
        assertThat(ReadArchive.of(archive, 9, SMALL).consumers.getFirst().progress().pending())
                .containsExactly(new ArchivedConsumer.Pending(7, 3, 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"hello, this is no archive", "\u00ff\u0006\u0000\u0000S2sTwX", "\u0000"})
    void anythingElseIsForeign(String text) {
        assertRefused((text + "    ").getBytes(StandardCharsets.ISO_8859_1), Kind.FOREIGN, 0);
    }

    @Test
    void framesOfSomethingElseAreForeign() {
        assertRefused(new HandMade().text("NATSARC2 and more").framed(), Kind.FOREIGN, 0);
    }

    @Test
    void aChangedByteIsDamage() {
        byte[] archive = HandMade.archive().state().end().framed();
        archive[30] ^= 1;
        assertRefused(archive, Kind.DAMAGED, 10);
    }

    @Test
    void aFrameNobodyKnowsIsDamage() {
        byte[] archive = HandMade.archive().state().end().framed();
        assertRefused(
                HandMade.joined(Arrays.copyOf(archive, 10), HandMade.frame(0x02, new byte[8])),
                Kind.DAMAGED,
                10);
    }

    @Test
    void everyPrefixIsTruncated() {
        byte[] archive = HandMade.archive().state().message(3, "a", "x").end().framed();
        for (int length = 0; length < archive.length; length++) {
            byte[] prefix = Arrays.copyOf(archive, length);
            assertThat(refusal(prefix).kind()).as("%d bytes", length).isEqualTo(Kind.TRUNCATED);
        }
    }

    @Test
    void framesThatEndBeforeTheMarkAreTruncated() {
        byte[] archive = HandMade.archive().state().message(3, "a", "x").framed();
        assertThatThrownBy(() -> ReadArchive.of(archive, 7, SMALL))
                .hasMessage("ends too early after sequence 3, at byte " + archive.length);
    }

    @Test
    void partsInTheWrongPlaceAreMalformed() {
        assertRefused(HandMade.archive().message(3, "a", "x").end(), Kind.MALFORMED, 8);
        assertRefused(HandMade.archive().json("consumers/C", "{}"), Kind.MALFORMED, 8);
        assertRefused(HandMade.archive().end(), Kind.MALFORMED, 8);
        assertRefused(
                HandMade.archive().json("state.json", "{\"consumer_count\":1}").end(),
                Kind.MALFORMED,
                43);
        assertMalformed(HandMade.archive().state().json("consumers/C", "{}"));
    }

    @Test
    void sequencesThatDoNotRiseAreMalformed() {
        assertMalformed(HandMade.archive().state().message(2, "a", ""));
        assertMalformed(HandMade.archive().state().message(5, "a", "").message(5, "a", ""));
        assertMalformed(HandMade.archive().state().message(-1, "a", ""));
    }

    @Test
    void subjectsThatWouldBreakALineAreMalformed() {
        for (String subject : new String[] {"", "a b", "a\r\nPING", "a\tb"}) {
            assertMalformed(HandMade.archive().state().message(5, subject, ""));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "{} {}",
                "{\"messages\":-1}",
                "{\"messages\":\"1\"}",
                "{\"messages\":1}",
                "{\"last_seq\":1}",
                "{\"first_seq\":5,\"last_seq\":3}",
                "{\"first_seq\":5,\"last_seq\":4,\"messages\":1}",
                "{\"first_seq\":1,\"last_seq\":4,\"messages\":5}",
                "{\"consumer_count\":-1}",
                "{\"last_seq\":18446744073709551615}",
            })
    void statesThatCannotBeAreMalformed(String json) {
        assertMalformed(HandMade.archive().json("state.json", json));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"config\":{}}",
                "{\"state\":{}}",
                "{\"config\":[],\"state\":{}}",
                "{\"config\":{},\"state\":{\"pending\":{\"x\":{\"Sequence\":1}}}}",
                "{\"config\":{},\"state\":{\"pending\":{\"0\":{\"Sequence\":1}}}}",
                "{\"config\":{},\"state\":{\"pending\":{\"1\":{}}}}",
                "{\"config\":{},\"state\":{\"redelivered\":{\"1\":-1}}}",
            })
    void consumersThatCannotBeAreMalformed(String json) {
        assertMalformed(
                HandMade.archive()
                        .json("state.json", "{\"consumer_count\":1}")
                        .json("consumers/C", json));
    }

    @Test
    void whatIsLargerThanTheLimitsIsRefusedBeforeItArrives() {
        assertRefused(HandMade.archive().fields(21, 0, 0, 0, 0), Kind.TOO_LARGE, 8);
        assertRefused(HandMade.archive().fields(1, 0, 0, 0, 1001), Kind.TOO_LARGE, 8);
        HandMade large = HandMade.archive().state();
        int at = large.raw().length;
        assertRefused(large.fields(1, 0, 3, 60, 41), Kind.TOO_LARGE, at);
        assertRefused(
                HandMade.archive().state().fields(1, 0, 3, Long.MAX_VALUE, Long.MAX_VALUE),
                Kind.TOO_LARGE,
                at);
        assertRefused(HandMade.archive().state().fields(-1, 0, 3, 0, 0), Kind.TOO_LARGE, at);
        assertRefused(HandMade.archive().state().fields(1, 0, 3, -1, 2), Kind.TOO_LARGE, at);
    }

    @Test
    void numbersLongerThanSixtyFourBitsAreMalformed() {
        assertMalformed(HandMade.archive().text("\u00ff".repeat(9) + "\u0002"));
        assertMalformed(HandMade.archive().text("\u00ff".repeat(11)));
    }

    private static void assertMalformed(HandMade archive) {
        assertThat(refusal(archive.end().framed()).kind()).isEqualTo(Kind.MALFORMED);
    }

    private static void assertRefused(HandMade archive, Kind kind, long position) {
        assertRefused(archive.framed(), kind, position);
    }

    private static void assertRefused(byte[] archive, Kind kind, long position) {
        ArchiveException refusal = refusal(archive);
        assertThat(refusal.kind()).as(refusal.getMessage()).isEqualTo(kind);
        assertThat(refusal.position()).as(refusal.getMessage()).isEqualTo(position);
    }

    private static ArchiveException refusal(byte[] archive) {
        ArchiveException refusal =
                catchThrowableOfType(
                        ArchiveException.class, () -> ReadArchive.of(archive, 7, SMALL));
        assertThat(refusal).isNotNull();
        return refusal;
    }
}
