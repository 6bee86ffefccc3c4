package io.millrace.store;

/**
 * Hears what damage has cost a stream, whoever found it: a reader, the scrub or the opening. Called
 * on the stream's owner in the middle of a read: it may note what it hears, and nothing else.
 */
@FunctionalInterface
public interface LossListener {
    void lost(Loss loss);
}
