package io.millrace.store;

/** Subjects in byte order, reachable by a key: what a filter needs to skip what cannot match. */
interface SortedSubjects {
    int NONE = -1;

    /** The handle of the first subject that is not before {@code key}, or {@link #NONE}. */
    int ceiling(byte[] key, int length);

    /** Copies the subject into {@code into} and returns its length; -1 when it does not fit. */
    int copy(int handle, byte[] into);
}
