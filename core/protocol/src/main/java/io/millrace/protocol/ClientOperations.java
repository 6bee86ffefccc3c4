package io.millrace.protocol;

/**
 * What a client asks for, in the order in which it asks. Slices are valid during the call only.
 * Called by {@link ClientParser} on the connection's loop.
 */
public interface ClientOperations {
    /**
     * Whether the operation that starts with {@code firstByte} may come now: before login only
     * CONNECT may. When it may not, the callee has ended the connection.
     */
    boolean admits(byte firstByte);

    void connect(byte[] buffer, int offset, int length);

    void ping();

    void pong();

    /** The client reports an error of ours; it expects to be disconnected. */
    void err(byte[] buffer, int offset, int length);

    /** Whether a message of this size may come; when it may not, the callee has ended it all. */
    boolean admitsMessage(long headerAndBodyBytes, boolean withHeaders);

    void publish(Publication publication);

    /** {@code queueLength} 0 stands for no queue group. */
    void subscribe(
            byte[] buffer,
            int subjectOffset,
            int subjectLength,
            int queueOffset,
            int queueLength,
            int sidOffset,
            int sidLength);

    /** {@code max} 0 or less: at once; else after so many messages since the SUB. */
    void unsubscribe(byte[] buffer, int sidOffset, int sidLength, long max);

    /** Bytes that make no operation at all. */
    void unknownOperation(byte[] buffer, int offset, int length);

    /** An operation whose arguments make no sense; {@code problem} is for the log. */
    void badArguments(String problem, byte[] buffer, int offset, int length);

    void controlLineTooLong();

    /** Whether the connection still wants its input; asked after every operation. */
    boolean isOpen();
}
