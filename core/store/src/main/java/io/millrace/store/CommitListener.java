package io.millrace.store;

/** Hears, on the executor it was registered with, how far the journal is on disk. */
public interface CommitListener {
    /** Everything up to {@code number}, as returned by the calls that append, is on disk. */
    void committed(long number);

    /**
     * What was appended and not committed yet could not be written. It is neither lost nor
     * confirmed: the store writes it anew as soon as the disk lets it, and tells {@link
     * #committed}. A caller who waits for it should be told that it failed.
     */
    void commitFailed(StoreException reason);
}
