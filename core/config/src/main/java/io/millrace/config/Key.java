package io.millrace.config;

import java.util.List;

/**
 * One key of the configuration, as the table declares it. Immutable.
 *
 * @param path blocks from the outside in, then the name: "authorization.timeout"
 * @param type what may stand behind it; "$TLS" and the like name shared blocks
 * @param defaultText as the reference page shows it; empty for none
 * @param reloadable what a reload does with a change
 * @param since nats-server's release that brought it
 * @param supported whether the server does what it says, not only knows it
 * @param sentence what it is for
 */
record Key(
        String path,
        List<String> aliases,
        String type,
        String unit,
        String defaultText,
        String reloadable,
        String since,
        boolean supported,
        String sentence) {

    /** The blocks that it stands in; empty for the outermost. */
    String block() {
        int dot = path.lastIndexOf('.');
        return dot < 0 ? "" : path.substring(0, dot);
    }

    /** Its name within the block, without the mark of a list. */
    String name() {
        String last = path.substring(path.lastIndexOf('.') + 1);
        return last.endsWith("[]") ? last.substring(0, last.length() - 2) : last;
    }
}
