package io.millrace.store;

/** A place among subjects in byte order. Single owner; {@link #next} holds until they change. */
interface SubjectCursor {
    /** Goes to the first subject that is not before {@code key}; false when there is none. */
    boolean seek(byte[] key, int length) throws StoreException;

    /** Goes to the next subject; false when there is none. */
    boolean next() throws StoreException;

    /** Where the subject stands, from the array's beginning on; valid until the next move. */
    byte[] text();

    int length();
}
