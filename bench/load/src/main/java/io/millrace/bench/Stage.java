package io.millrace.bench;

/**
 * The server that a load wants.
 *
 * @param config what its configuration says beside where it listens; {@code {folder}} is its own
 *     folder
 * @param fresh whether every sample gets a server just started; else all of a load share one
 * @param memory bytes that its cgroup may have; 0 for as many as there are
 */
record Stage(String config, boolean fresh, long memory) {
    static final Stage CORE = new Stage("", false, 0);
    static final Stage STREAMS =
            new Stage("jetstream { store_dir: \"{folder}/store\" }\n", false, 0);
    static final Stage SYNCED =
            new Stage(
                    "jetstream { store_dir: \"{folder}/store\", sync_interval: always }\n",
                    false,
                    0);

    Stage with(String more) {
        return new Stage(config + more, fresh, memory);
    }

    Stage everyTime() {
        return new Stage(config, true, memory);
    }

    Stage within(long bytes) {
        return new Stage(config, fresh, bytes);
    }

    /** Whether it speaks TLS and so needs a certificate. */
    boolean isSecure() {
        return config.contains("cert_file");
    }
}
