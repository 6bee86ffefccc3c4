package io.millrace.protocol;

import io.millrace.runtime.Randomness;
import java.nio.charset.StandardCharsets;

/**
 * Ids for events and advisories: 22 letters and digits as NATS uses them, never the same twice. Not
 * secrets. Owned by the owner of the randomness.
 */
public final class UniqueIds {
    private static final String LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 22;

    private final Randomness chance;
    private final byte[] letters = new byte[LENGTH];

    public UniqueIds(Randomness chance) {
        this.chance = chance;
    }

    public String next() {
        for (int i = 0; i < LENGTH; i++) {
            letters[i] = (byte) LETTERS.charAt(chance.nextInt(LETTERS.length()));
        }
        return new String(letters, StandardCharsets.ISO_8859_1);
    }
}
