package io.millrace.jetstream;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JetStream of one server at one moment, for those who watch it. Immutable: any thread.
 *
 * @param directory of the store
 * @param reservedMemory what streams in memory have asked for by their maximum
 * @param requests to the API, over all accounts
 * @param errors how many of them were refused
 * @param messages in all streams
 * @param bytes in all streams
 * @param accounts in order of their names
 * @param refusal why the disk takes no messages at the moment; null when it does
 * @param unserved what the store holds and cannot be served, a sentence each
 * @param lost what damage has cost by the time of the opening, whatever stream it belonged to, a
 *     sentence each
 */
public record JetStreamView(
        Path directory,
        long maxMemory,
        long maxStorage,
        long memoryBytes,
        long storageBytes,
        long reservedMemory,
        long reservedStorage,
        long requests,
        long errors,
        long streams,
        long consumers,
        long messages,
        long bytes,
        List<AccountView> accounts,
        @Nullable String refusal,
        List<String> unserved,
        List<String> lost) {
    public JetStreamView {
        accounts = List.copyOf(accounts);
        unserved = List.copyOf(unserved);
        lost = List.copyOf(lost);
    }

    /** The account of that name; null when it has no JetStream. */
    public @Nullable AccountView account(String name) {
        for (AccountView account : accounts) {
            if (account.name().equals(name)) {
                return account;
            }
        }
        return null;
    }
}
