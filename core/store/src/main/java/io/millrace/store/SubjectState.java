package io.millrace.store;

/**
 * What a stream holds for a filter.
 *
 * @param firstSequence 0 when nothing matches
 * @param lastSequence 0 when nothing matches
 * @param messages how many match
 * @param subjects how many different subjects match
 */
public record SubjectState(long firstSequence, long lastSequence, long messages, int subjects) {}
