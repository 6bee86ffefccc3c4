package io.millrace.bench;

/**
 * The server that a load wants.
 *
 * @param config what its configuration says beside where it listens; {@code {folder}} is its own
 *     folder, {@code {monitor}} a free port for monitoring
 * @param fresh whether every sample gets a server just started; else all of a load share one
 * @param memory bytes that its cgroup may have; 0 for as many as there are
 * @param killed whether the load only fills a store, and what counts is the start on a copy of what
 *     a SIGKILL has left of it
 */
record Stage(String config, boolean fresh, long memory, boolean killed) {
    static final Stage CORE = new Stage("", false, 0, false);
    static final Stage STREAMS =
            new Stage("jetstream { store_dir: \"{folder}/store\" }\n", false, 0, false);
    static final Stage SYNCED =
            new Stage(
                    "jetstream { store_dir: \"{folder}/store\", sync_interval: always }\n",
                    false,
                    0,
                    false);

    Stage with(String more) {
        return new Stage(config + more, fresh, memory, killed);
    }

    Stage everyTime() {
        return new Stage(config, true, memory, killed);
    }

    Stage within(long bytes) {
        return new Stage(config, fresh, bytes, killed);
    }

    Stage thenKilled() {
        return new Stage(config, fresh, memory, true);
    }

    /** Whether it speaks TLS and so needs a certificate. */
    boolean isSecure() {
        return config.contains("cert_file");
    }
}
