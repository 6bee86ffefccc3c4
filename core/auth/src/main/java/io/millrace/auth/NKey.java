package io.millrace.auth;

import io.millrace.protocol.NKeyText;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;

/** Proofs that somebody holds the secret half of a NATS key (Ed25519). Stateless. */
public final class NKey {
    private static final int KEY_BYTES = 32;

    /** What DER puts before the 32 bytes of an Ed25519 public key. */
    private static final byte[] ED25519_HEADER = {
        0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00
    };

    private NKey() {}

    /** Whether {@code signature} (base64) is the key's over {@code message}. Never throws. */
    public static boolean verifies(String userKey, byte[] message, String signature) {
        byte[] key = NKeyText.decode(NKeyText.Kind.USER, userKey);
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
}
