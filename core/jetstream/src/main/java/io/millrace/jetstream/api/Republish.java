package io.millrace.jetstream.api;

/**
 * Which stored messages are published again, and where. Any thread.
 *
 * @param source which subjects are meant; empty for all
 * @param destination where they go, in the terms of a transform
 * @param headersOnly whether the body stays behind
 */
public record Republish(String source, String destination, boolean headersOnly) {}
