package io.millrace.jetstream.snapshot;

/** One part of an archive. First the state, then the consumers, the messages, the end. */
public sealed interface ArchivePart
        permits ArchivedState, ArchivedConsumer, ArchivedMessage, ArchivePart.End {

    /** The mark that ends every whole archive. */
    enum End implements ArchivePart {
        /** The only one. */
        END
    }
}
