package io.millrace.jetstream;

/**
 * What one account uses of JetStream at one moment. Immutable: any thread.
 *
 * @param maxMemory what it may use; -1 for what the server has
 * @param maxStorage what it may use; -1 for what the server has
 * @param requests to the API
 * @param errors how many of them were refused
 */
public record AccountView(
        String name,
        long memoryBytes,
        long storageBytes,
        long maxMemory,
        long maxStorage,
        long requests,
        long errors) {
    static AccountView of(JetStreamAccount account) {
        return new AccountView(
                account.name(),
                account.memoryBytes(),
                account.storageBytes(),
                account.limits().maxMemory(),
                account.limits().maxStorage(),
                account.apiRequests(),
                account.apiErrors());
    }
}
