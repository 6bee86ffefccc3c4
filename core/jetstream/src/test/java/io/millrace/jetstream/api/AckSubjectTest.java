package io.millrace.jetstream.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AckSubjectTest {
    private static final String VERSION_1 = "$JS.ACK.S.n1.2.5.7.1795467575829786694.4";
    private static final String VERSION_2 = "$JS.ACK.hub.szMpdrwD.S.n1.2.5.7.1795467575829786694.4";

    private final AckSubject ack = new AckSubject();

    @ParameterizedTest
    @ValueSource(strings = {VERSION_1, VERSION_2, VERSION_2 + ".random"})
    void tellsWhereAMessageComesFrom(String subject) {
        byte[] bytes = ("PUB " + subject + " 0").getBytes(StandardCharsets.UTF_8);
        assertThat(ack.parse(bytes, 4, bytes.length - 6)).isTrue();
        assertThat(slice(bytes, ack.streamOffset(), ack.streamLength())).isEqualTo("S");
        assertThat(slice(bytes, ack.consumerOffset(), ack.consumerLength())).isEqualTo("n1");
        assertThat(ack.delivered()).isEqualTo(2);
        assertThat(ack.streamSequence()).isEqualTo(5);
        assertThat(ack.consumerSequence()).isEqualTo(7);
        assertThat(ack.timeNanos()).isEqualTo(1_795_467_575_829_786_694L);
        assertThat(ack.pending()).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$JS.ACK.",
                "$JS.ACK.S.n1",
                "$JS.API.S.n1.2.5.7.9.4",
                "$JS.ACK.S.n1.2.5.7.9",
                "$JS.ACK.d.S.n1.2.5.7.9.4",
                "$JS.ACK.S.n1.x.5.7.9.4",
                "$JS.ACK.S.n1.2.5.7.9.",
                "$JS.ACK.S.n1.2.5.-7.9.4",
                "$JS.ACK.S.n1.2.99999999999999999999.7.9.4",
                "$JS.ACK.S.n1.2.9999999999999999999.7.9.4",
                "$JS.ACK..n1.2.5.7.9.4",
                "$JS.ACK.a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q"
            })
    void otherSubjectsAreNone(String subject) {
        byte[] bytes = subject.getBytes(StandardCharsets.UTF_8);
        assertThat(ack.parse(bytes, 0, bytes.length)).isFalse();
    }

    @Test
    void isWrittenInBothForms() {
        assertThat(written(AckSubject.prefix("S", "n1"))).isEqualTo(VERSION_1);
        assertThat(written(AckSubject.prefix("hub", "szMpdrwD", "S", "n1"))).isEqualTo(VERSION_2);
        assertThat(written(AckSubject.prefix("", "szMpdrwD", "S", "n1")))
                .startsWith("$JS.ACK._.szMpdrwD.S.n1.");
    }

    @Test
    void theLargestNumbersFit() {
        byte[] prefix = AckSubject.prefix("S", "n1");
        byte[] out = new byte[prefix.length + AckSubject.NUMBERS_LENGTH_MAX];
        long max = Long.MAX_VALUE;
        assertThat(AckSubject.write(out, 0, prefix, max, max, max, max, max)).isEqualTo(out.length);
        assertThat(ack.parse(out, 0, out.length)).isTrue();
        assertThat(ack.pending()).isEqualTo(max);
        int end = AckSubject.write(out, 0, prefix, 0, 0, 0, 0, 0);
        assertThat(slice(out, 0, end)).isEqualTo("$JS.ACK.S.n1.0.0.0.0.0");
    }

    private static String written(byte[] prefix) {
        byte[] out = new byte[100];
        int end = AckSubject.write(out, 3, prefix, 2, 5, 7, 1_795_467_575_829_786_694L, 4);
        return slice(out, 3, end - 3);
    }

    private static String slice(byte[] bytes, int offset, int length) {
        return new String(bytes, offset, length, StandardCharsets.UTF_8);
    }
}
