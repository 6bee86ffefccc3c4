package io.millrace.store;

/** Takes subjects and how many messages each has. Called by the stream's owner. */
public interface SubjectCounts {
    /** The array is reused: the first {@code length} bytes count, until the call returns. */
    void count(byte[] subject, int length, long messages);
}
