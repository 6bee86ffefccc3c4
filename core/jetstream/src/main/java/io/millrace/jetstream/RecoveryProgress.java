package io.millrace.jetstream;

/**
 * How far a start has come. Immutable: any thread.
 *
 * @param streams that are back
 * @param streamsInAll that the store holds
 * @param messages in those that are back
 */
public record RecoveryProgress(long streams, long streamsInAll, long messages) {}
