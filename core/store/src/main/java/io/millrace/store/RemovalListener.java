package io.millrace.store;

/** Hears which messages leave a stream, damage aside. Called by the stream's owner. */
public interface RemovalListener {
    /** Whether it wants to know what goes up to a sequence: finding that out costs something. */
    boolean caresFor(long last);

    /**
     * Messages of a subject are gone.
     *
     * @param first the lowest sequence of them
     * @param last the highest
     */
    void removed(byte[] subject, int offset, int length, long first, long last, int count);

    /** All are gone. */
    void removedAll();
}
