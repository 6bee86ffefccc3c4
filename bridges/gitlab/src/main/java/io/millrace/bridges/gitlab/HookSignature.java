package io.millrace.bridges.gitlab;

import io.millrace.bridges.common.Secret;
import io.millrace.runtime.Clock;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signed calls after the Standard Webhooks: an HMAC over id, time and the bytes of the body. A call
 * that is replayed while its time is still good carries the same id and is dropped by the stream.
 */
final class HookSignature {
    private static final String PREFIX = "whsec_";
    private static final String VERSION = "v1,";
    private static final String HMAC = "HmacSHA256";
    private static final long TOLERANCE_SECONDS = Duration.ofMinutes(5).toSeconds();
    private static final int ENTRIES_MAX = 10;
    private static final int KEY_BYTES_MIN = 24;

    private final SecretKeySpec key;
    private final Clock clock;

    private HookSignature(SecretKeySpec key, Clock clock) {
        this.key = key;
        this.clock = clock;
    }

    /** Null when the secret is not a signing token. */
    static @Nullable HookSignature of(Secret token, Clock clock) {
        String text = token.reveal();
        if (!text.startsWith(PREFIX)) {
            return null;
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(text.substring(PREFIX.length()));
            return bytes.length < KEY_BYTES_MIN
                    ? null
                    : new HookSignature(new SecretKeySpec(bytes, HMAC), clock);
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    /** What can be said before the body is read. */
    void checkTime(Call.Headers headers) throws Refused {
        if (present(headers, "webhook-signature").isEmpty()
                || present(headers, "webhook-id").isEmpty()) {
            throw Refused.login("the signature is empty");
        }
        long now = TimeUnit.NANOSECONDS.toSeconds(clock.epochNanos());
        long then;
        try {
            then = Long.parseLong(present(headers, "webhook-timestamp").strip());
        } catch (NumberFormatException noNumber) {
            throw Refused.login("webhook-timestamp is no number");
        }
        // Compared without a difference, which a hostile number could make overflow.
        if (then < now - TOLERANCE_SECONDS || then > now + TOLERANCE_SECONDS) {
            throw new Refused(401, "stale", "webhook-timestamp is more than 5 minutes away");
        }
    }

    void check(Call call) throws Refused {
        String id = present(call.headers(), "webhook-id");
        String time = present(call.headers(), "webhook-timestamp");
        byte[] expected =
                Base64.getEncoder()
                        .encode(
                                hmac(
                                        (id + "." + time + ".").getBytes(StandardCharsets.UTF_8),
                                        call.body()));
        String[] entries =
                present(call.headers(), "webhook-signature").strip().split(" ", ENTRIES_MAX + 1);
        boolean good = false;
        for (int i = 0; i < Math.min(entries.length, ENTRIES_MAX); i++) {
            if (entries[i].startsWith(VERSION)) {
                byte[] shown =
                        entries[i].substring(VERSION.length()).getBytes(StandardCharsets.UTF_8);
                good |= MessageDigest.isEqual(expected, shown);
            }
        }
        if (!good) {
            throw Refused.login("the signature is wrong");
        }
    }

    private byte[] hmac(byte[] head, byte[] body) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(key);
            mac.update(head);
            return mac.doFinal(body);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has " + HMAC, impossible);
        }
    }

    private static String present(Call.Headers headers, String name) throws Refused {
        String value = headers.first(name);
        if (value == null) {
            throw Refused.login("the header " + name + " is missing");
        }
        return value;
    }
}
