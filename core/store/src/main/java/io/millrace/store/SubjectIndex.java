package io.millrace.store;

/**
 * Which subjects a stream holds, with first and last sequence and count of each. Owned by the
 * stream's owner. The first and the last may be bounds only, after deletions: {@link #firstIsExact}
 * and {@link #lastIsExact} say so, and whoever finds the exact one sets it.
 */
interface SubjectIndex extends SortedSubjects {
    /** The handle of a subject, or {@link SortedSubjects#NONE}. */
    int find(byte[] subject, int offset, int length);

    /** One more message; sequences may come in any order. */
    void add(byte[] subject, int offset, int length, long sequence);

    /**
     * {@code count} more messages between two sequences, both of them there, from a closed segment.
     */
    void addAll(byte[] subject, int offset, int length, int count, long first, long last);

    /** The message {@code sequence} of this subject is gone. */
    void remove(byte[] subject, int offset, int length, long sequence);

    /** {@code count} messages with sequences up to {@code upTo}, the lowest ones, are gone. */
    void removeLowest(byte[] subject, int offset, int length, long count, long upTo);

    /** Whether the subject of a handle found earlier is still there, or another in its place. */
    boolean holds(int handle);

    long first(int handle);

    boolean firstIsExact(int handle);

    void exactFirst(int handle, long sequence);

    long last(int handle);

    boolean lastIsExact(int handle);

    void exactLast(int handle, long sequence);

    long count(int handle);

    int size();

    /** Bytes of memory held. */
    long bytes();
}
