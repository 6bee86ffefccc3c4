package io.millrace.jetstream.api;

/**
 * A source and a destination of subjects, as they were written. Any thread.
 *
 * @param source which subjects are meant; empty for all
 * @param destination what becomes of them; empty when they stay as they are
 */
public record Transform(String source, String destination) {}
