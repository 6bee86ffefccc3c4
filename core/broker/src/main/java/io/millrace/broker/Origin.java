package io.millrace.broker;

import org.jspecify.annotations.Nullable;

/** Who published a message. Loop only. */
public interface Origin {
    /** The client as it is now; null for a part of this server. */
    @Nullable ConnectionInfo describe();

    /** The trace of the message that is being delivered; null for most, which ask for none. */
    default @Nullable MessageTrace trace() {
        return null;
    }
}
