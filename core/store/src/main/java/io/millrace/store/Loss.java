package io.millrace.store;

import java.util.List;

/**
 * Messages that damage has cost a stream. Immutable: any thread.
 *
 * @param count how many
 * @param sequences of the first thousand of them, as far as they are known
 * @param files where they were
 */
public record Loss(long count, List<Long> sequences, List<String> files) {
    public Loss {
        sequences = List.copyOf(sequences);
        files = List.copyOf(files);
    }
}
