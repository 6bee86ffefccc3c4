package io.millrace.bridges.matrix;

import io.millrace.bridges.common.StreamPlan;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Who may ask for what, and where. Immutable: any thread.
 *
 * @param users full ids; nobody else is heard
 * @param commands the words that are known; empty for any
 * @param subject what the command's word follows
 * @param maxAge an older command is not carried out any more
 * @param bucket the key-value bucket that remembers how far the rooms were read
 */
record CommandRule(
        List<String> rooms,
        Set<String> users,
        Set<String> commands,
        String prefix,
        String subject,
        Duration maxAge,
        StreamPlan stream,
        String bucket) {}
