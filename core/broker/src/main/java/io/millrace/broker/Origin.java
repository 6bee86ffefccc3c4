package io.millrace.broker;

import org.jspecify.annotations.Nullable;

/** Who published a message. Loop only. */
public interface Origin {
    /** The client as it is now; null for a part of this server. */
    @Nullable ConnectionInfo describe();
}
