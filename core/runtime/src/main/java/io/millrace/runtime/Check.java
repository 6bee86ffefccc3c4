package io.millrace.runtime;

/** Always-on assertions: a failure is our own mistake, never a peer's or the disk's. */
public final class Check {
    private Check() {}

    /** Throws {@link IllegalStateException} with {@code claim} when it does not hold. */
    public static void state(boolean holds, String claim) {
        if (!holds) {
            throw new IllegalStateException(
                    "internal error, please report it: '" + claim + "' does not hold");
        }
    }
}
