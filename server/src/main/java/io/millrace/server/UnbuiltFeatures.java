package io.millrace.server;

import io.millrace.config.Options;
import java.io.IOException;

/**
 * Options that are understood but have no effect yet: a server that was asked for them does not
 * start, rather than run without them.
 */
final class UnbuiltFeatures {
    private UnbuiltFeatures() {}

    /**
     * Lets options pass that can be honoured.
     *
     * @throws IOException naming the first one that cannot
     */
    static void refuse(Options options) throws IOException {
        if (options.jetstream().enabled()) {
            throw new IOException("jetstream is not supported yet");
        }
    }
}
