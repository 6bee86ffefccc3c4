package io.millrace.jetstream.snapshot;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;

/** Archives that nats-server 2.15.2 has written. */
final class Recording {
    private Recording() {}

    /**
     * Eleven messages, three of them deleted, two consumers; one with five messages pending and
     * some of them redelivered.
     */
    static byte[] orders() {
        return bytes("orders.arc.s2");
    }

    static byte[] bytes(String name) {
        try (InputStream in =
                Objects.requireNonNull(Recording.class.getResourceAsStream("/snapshot/" + name))) {
            return in.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
