package io.millrace.net.ws;

/** What a client is, as far as its frames' size depends on it. */
/* nats-server cuts what it sends to browsers into frames of 4 KiB, except compressed messages for
 * Safari, which cannot read those in fragments. */
enum Browser {
    NONE,
    ANY,
    SAFARI;

    static final int FRAME_BYTES = 4096;

    static Browser of(UpgradeRequest request) {
        String agent = request.header("user-agent");
        if (!agent.startsWith("Mozilla/")) {
            return NONE;
        }
        return agent.contains("Version/") && agent.contains("Safari/") ? SAFARI : ANY;
    }
}
