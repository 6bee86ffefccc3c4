package io.millrace.jetstream.snapshot;

/**
 * How large the parts of an archive may be that is read: the reader holds at most one part and one
 * frame. Immutable: any thread.
 *
 * @param messageBytesMax headers and payload of one message
 * @param subjectBytesMax the subject of one message
 * @param jsonBytesMax the state of the stream, or one consumer with its configuration and state
 */
public record ArchiveLimits(int messageBytesMax, int subjectBytesMax, int jsonBytesMax) {
    private static final int SUBJECT_BYTES_MAX = 0xFFFF;
    private static final int JSON_BYTES_MAX = 8 << 20;

    /** What a server with that max_payload takes. */
    public static ArchiveLimits ofMaxPayload(int maxPayload) {
        return new ArchiveLimits(maxPayload, SUBJECT_BYTES_MAX, JSON_BYTES_MAX);
    }
}
