package io.millrace.broker;

import io.millrace.protocol.NKeyText;
import io.millrace.runtime.Randomness;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * Who this server is for as long as it runs.
 *
 * @param id a public server key; a new one at each start
 * @param name the configured name, else the id
 * @param xkey a public curve key
 */
public record ServerIdentity(String id, String name, String xkey) {
    /** The release of nats-server whose behaviour ours equals: clients decide by it. */
    public static final String VERSION = "2.15.2";

    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int NODE_LENGTH = 8;

    /** What INFO says where nats-server names its Go version. */
    public static final String RUNTIME =
            "java" + Runtime.version().feature() + "." + Runtime.version().interim();

    /** A short form of the name, in which nats-server's answers to services name it. */
    public String node() {
        StringBuilder node = new StringBuilder();
        for (byte b : sha256()) {
            node.append(DIGITS.charAt((b & 0xFF) % DIGITS.length()));
        }
        return node.substring(0, NODE_LENGTH);
    }

    private byte[] sha256() {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(name.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException(never);
        }
    }

    static ServerIdentity create(@Nullable String name, Randomness chance) {
        byte[] key = new byte[32];
        chance.nextSecret(key);
        String id = NKeyText.encode(NKeyText.Kind.SERVER, key);
        chance.nextSecret(key);
        return new ServerIdentity(
                id, name == null ? id : name, NKeyText.encode(NKeyText.Kind.CURVE, key));
    }
}
