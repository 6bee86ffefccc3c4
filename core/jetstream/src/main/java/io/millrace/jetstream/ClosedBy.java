package io.millrace.jetstream;

/** Why a stream or a consumer ends its work. */
enum ClosedBy {
    /** The stream was deleted: those who wait for messages are told. */
    STREAM_DELETED,
    /** The consumer was deleted. */
    CONSUMER_DELETED,
    /** The server stops; everything is there at the next start. */
    SHUTDOWN
}
