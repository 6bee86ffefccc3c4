package io.millrace.auth;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Public NATS keys in their text form: base32 of a prefix byte, 32 bytes of key and a CRC-16 (the
 * nkeys documentation). Stateless.
 */
public final class NKey {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int KEY_BYTES = 32;
    private static final int TEXT_LENGTH = 56;
    private static final int PREFIX_SERVER = 13 << 3;
    private static final int PREFIX_USER = 20 << 3;
    private static final int PREFIX_CURVE = 23 << 3;

    /** What DER puts before the 32 bytes of an Ed25519 public key. */
    private static final byte[] ED25519_HEADER = {
        0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00
    };

    private NKey() {}

    /** The text of a server's key: starts with N. */
    public static String encodeServer(byte[] key) {
        return encode(PREFIX_SERVER, key);
    }

    /** The text of a curve key: starts with X. */
    public static String encodeCurve(byte[] key) {
        return encode(PREFIX_CURVE, key);
    }

    /** Whether {@code text} is a well-formed public user key: starts with U. */
    public static boolean isUser(String text) {
        return decode(PREFIX_USER, text) != null;
    }

    /** Whether {@code signature} (base64) is the key's over {@code message}. Never throws. */
    public static boolean verifies(String userKey, byte[] message, String signature) {
        byte[] key = decode(PREFIX_USER, userKey);
        if (key == null) {
            return false;
        }
        try {
            byte[] raw = decodeSignature(signature);
            byte[] der = Arrays.copyOf(ED25519_HEADER, ED25519_HEADER.length + KEY_BYTES);
            System.arraycopy(key, 0, der, ED25519_HEADER.length, KEY_BYTES);
            PublicKey publicKey =
                    KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der));
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(publicKey);
            verifier.update(message);
            return verifier.verify(raw);
        } catch (GeneralSecurityException | IllegalArgumentException refused) {
            return false;
        }
    }

    /** Clients send the URL form without padding; older ones the standard form. */
    private static byte[] decodeSignature(String signature) {
        String text = signature.replace('+', '-').replace('/', '_').replace("=", "");
        return Base64.getUrlDecoder().decode(text);
    }

    private static String encode(int prefix, byte[] key) {
        byte[] raw = new byte[KEY_BYTES + 3];
        raw[0] = (byte) prefix;
        System.arraycopy(key, 0, raw, 1, KEY_BYTES);
        int crc = crc16(raw, KEY_BYTES + 1);
        raw[KEY_BYTES + 1] = (byte) crc;
        raw[KEY_BYTES + 2] = (byte) (crc >>> 8);
        StringBuilder text = new StringBuilder(TEXT_LENGTH);
        int bits = 0;
        int held = 0;
        for (byte b : raw) {
            bits = (bits << 8) | (b & 0xff);
            held += 8;
            while (held >= 5) {
                held -= 5;
                text.append(ALPHABET.charAt((bits >>> held) & 31));
            }
        }
        return text.toString();
    }

    private static byte @Nullable [] decode(int prefix, String text) {
        if (text.length() != TEXT_LENGTH) {
            return null;
        }
        byte[] raw = new byte[KEY_BYTES + 3];
        int bits = 0;
        int held = 0;
        int length = 0;
        for (int i = 0; i < TEXT_LENGTH; i++) {
            int digit = ALPHABET.indexOf(text.charAt(i));
            if (digit < 0) {
                return null;
            }
            bits = (bits << 5) | digit;
            held += 5;
            if (held >= 8) {
                held -= 8;
                raw[length++] = (byte) (bits >>> held);
            }
        }
        int crc = (raw[KEY_BYTES + 1] & 0xff) | (raw[KEY_BYTES + 2] & 0xff) << 8;
        boolean sound = (raw[0] & 0xff) == prefix && crc == crc16(raw, KEY_BYTES + 1);
        return sound ? Arrays.copyOfRange(raw, 1, KEY_BYTES + 1) : null;
    }

    /** CRC-16/XMODEM. */
    private static int crc16(byte[] b, int length) {
        int crc = 0;
        for (int i = 0; i < length; i++) {
            crc ^= (b[i] & 0xff) << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
            }
            crc &= 0xffff;
        }
        return crc;
    }
}
