package io.millrace.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Signatures made with keys. */
final class NKeyTest {
    /** A user key that the nats tools made. */
    private static final String RECORDED =
            "UDVEU3DD4KOFECV66VIHWEZOYX4ZKR3WV27L464SIIPOU2IUI3JCYSJF";

    @Test
    void signatureOfTheNonceProvesTheKey() throws Exception {
        Signed signed = Signed.of("nonce-1");
        byte[] nonce = "nonce-1".getBytes(UTF_8);
        byte[] raw = Base64.getUrlDecoder().decode(signed.signature());
        Base64.Encoder url = Base64.getUrlEncoder();
        assertThat(NKey.verifies(signed.key(), nonce, url.withoutPadding().encodeToString(raw)))
                .isTrue();
        assertThat(NKey.verifies(signed.key(), nonce, url.encodeToString(raw))).isTrue();
        assertThat(NKey.verifies(signed.key(), nonce, Base64.getEncoder().encodeToString(raw)))
                .isTrue();
    }

    @Test
    void anyOtherSignatureProvesNothing() throws Exception {
        Signed signed = Signed.of("nonce-1");
        byte[] nonce = "nonce-1".getBytes(UTF_8);
        byte[] raw = Base64.getUrlDecoder().decode(signed.signature());
        Base64.Encoder url = Base64.getUrlEncoder().withoutPadding();
        String good = url.encodeToString(raw);
        assertThat(NKey.verifies(signed.key(), "nonce-2".getBytes(UTF_8), good)).isFalse();
        assertThat(NKey.verifies(RECORDED, nonce, good)).isFalse();
        assertThat(NKey.verifies("UNOKEY", nonce, good)).isFalse();
        String cut = url.encodeToString(Arrays.copyOf(raw, 63));
        String longer = url.encodeToString(Arrays.copyOf(raw, 65));
        for (String bad : new String[] {"", "A", "!!!", "\u0000", cut, longer}) {
            assertThat(NKey.verifies(signed.key(), nonce, bad)).as(bad).isFalse();
        }
        raw[3] ^= 1;
        assertThat(NKey.verifies(signed.key(), nonce, url.encodeToString(raw))).isFalse();
    }

    /** A new user key and its signature over a text. */
    record Signed(String key, String signature) {
        private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

        static Signed of(String text) throws Exception {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            byte[] der = pair.getPublic().getEncoded();
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(pair.getPrivate());
            signer.update(text.getBytes(UTF_8));
            byte[] key = Arrays.copyOfRange(der, der.length - 32, der.length);
            return new Signed(
                    userKey(key),
                    Base64.getUrlEncoder().withoutPadding().encodeToString(signer.sign()));
        }

        /** Written apart from what it tests: a number in base 32, and the CRC by its polynomial. */
        private static String userKey(byte[] key) {
            byte[] raw = new byte[36];
            raw[1] = (byte) (20 << 3);
            System.arraycopy(key, 0, raw, 2, 32);
            int crc = 0;
            for (int i = 1; i <= 33; i++) {
                for (int bit = 7; bit >= 0; bit--) {
                    int top = ((crc >> 15) ^ (raw[i] >> bit)) & 1;
                    crc = ((crc << 1) ^ (top * 0x1021)) & 0xffff;
                }
            }
            raw[34] = (byte) crc;
            raw[35] = (byte) (crc >> 8);
            var number = new java.math.BigInteger(1, raw);
            StringBuilder text = new StringBuilder();
            for (int i = 55; i >= 0; i--) {
                text.append(LETTERS.charAt(number.shiftRight(5 * i).intValue() & 31));
            }
            return text.toString();
        }
    }
}
