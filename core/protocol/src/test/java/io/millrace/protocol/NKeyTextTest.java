package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys in text. */
final class NKeyTextTest {
    /** A user key that the nats tools made. */
    private static final String RECORDED =
            "UDVEU3DD4KOFECV66VIHWEZOYX4ZKR3WV27L464SIIPOU2IUI3JCYSJF";

    @Test
    void keyOfTheNatsToolsIsAUserKey() {
        assertThat(NKeyText.isKey(NKeyText.Kind.USER, RECORDED)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "U",
                "UDVEU3DD4KOFECV66VIHWEZOYX4ZKR3WV27L464SIIPOU2IUI3JCYSJ",
                "UDVEU3DD4KOFECV66VIHWEZOYX4ZKR3WV27L464SIIPOU2IUI3JCYSJFA",
                "UDVEU3DD4KOFECV66VIHWEZOYX4ZKR3WV27L464SIIPOU2IUI3JCYSJG",
                "udveu3dd4kofecv66vihwezoyx4zkr3wv27l464siipou2iui3jcysjf",
                "UDVEU3DD4KOFECV66VIHWEZOYX4ZKR3WV27L464SIIPOU2IUI3JCYS1F",
                "UDVEU3DD4KOFECV66VIHWEZOYX4ZKR3WV27L464SIIPOU2IUI3JCYS\u00e9F",
            })
    void keyWithAnyFaultIsNone(String text) {
        assertThat(NKeyText.isKey(NKeyText.Kind.USER, text)).isFalse();
    }

    @Test
    void everySingleWrongLetterIsFound() {
        for (int i = 0; i < RECORDED.length(); i++) {
            char[] text = RECORDED.toCharArray();
            text[i] = text[i] == 'A' ? 'B' : 'A';
            assertThat(NKeyText.isKey(NKeyText.Kind.USER, new String(text)))
                    .as("letter %d", i)
                    .isFalse();
        }
    }

    @Test
    void serverAndCurveKeysHaveTheirLettersAndAreNoUserKeys() {
        byte[] key = new byte[32];
        new Random(7).nextBytes(key);
        String server = NKeyText.encode(NKeyText.Kind.SERVER, key);
        String curve = NKeyText.encode(NKeyText.Kind.CURVE, key);
        assertThat(server).hasSize(56).startsWith("N");
        assertThat(curve).hasSize(56).startsWith("X");
        assertThat(NKeyText.isKey(NKeyText.Kind.USER, server)).isFalse();
        assertThat(NKeyText.isKey(NKeyText.Kind.USER, curve)).isFalse();
    }

    @Test
    void whatWasWrittenIsRead() {
        byte[] key = new byte[32];
        new Random(8).nextBytes(key);
        for (NKeyText.Kind kind : NKeyText.Kind.values()) {
            assertThat(NKeyText.decode(kind, NKeyText.encode(kind, key))).isEqualTo(key);
        }
    }
}
