package io.millrace.jetstream.api;

import java.util.List;

/**
 * Where a stream would like to be among many servers. Any thread.
 *
 * @param cluster the name of a cluster; empty for any
 * @param tags what the servers must be marked with
 * @param preferred the name of a server; empty for none
 */
public record Placement(String cluster, List<String> tags, String preferred) {
    /** No wishes. */
    static final Placement NOWHERE = new Placement("", List.of(), "");
}
