package io.millrace.broker;

import io.millrace.protocol.NKeyText;
import io.millrace.runtime.Randomness;
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

    /** What INFO says where nats-server names its Go version. */
    public static final String RUNTIME =
            "java" + Runtime.version().feature() + "." + Runtime.version().interim();

    static ServerIdentity create(@Nullable String name, Randomness chance) {
        byte[] key = new byte[32];
        chance.nextSecret(key);
        String id = NKeyText.encode(NKeyText.Kind.SERVER, key);
        chance.nextSecret(key);
        return new ServerIdentity(
                id, name == null ? id : name, NKeyText.encode(NKeyText.Kind.CURVE, key));
    }
}
