package io.millrace.store;

/** Takes many messages out of a stream, a piece at a time. Owned by the stream's owner. */
public sealed interface RemovalRun permits PurgeRun, CutRun, TrimRun {
    /**
     * Looks for what has to go, or takes some of it out.
     *
     * @param most how many messages
     * @return whether more is to be done
     */
    boolean goOn(int most) throws StoreException;

    /** How many messages were taken out so far. */
    long removed();
}
