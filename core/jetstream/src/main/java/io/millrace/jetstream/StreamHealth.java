package io.millrace.jetstream;

/**
 * Whether one stream has all that it should have. Immutable: any thread.
 *
 * @param inMemory whether the disk does not matter to it
 * @param lost messages that damage has cost, as far as it was found
 */
public record StreamHealth(String account, String stream, boolean inMemory, long lost) {}
