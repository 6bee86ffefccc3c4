package io.millrace.bridges.gitlab;

import java.util.Map;

/**
 * What is said on one subject.
 *
 * @param id the same for every repetition; "" when there is nothing to tell one by
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Announcement(String subject, String id, Map<String, String> headers, byte[] body) {}
