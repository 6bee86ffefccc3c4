package io.millrace.protocol;

/** A client that takes everything and only counts; a refusal is a mistake of the benchmark. */
final class CountingOperations implements ClientOperations {
    private long seen;

    /** Depends on everything that was parsed, so that nothing of it can be left out. */
    long seen() {
        return seen;
    }

    @Override
    public boolean admits(byte firstByte) {
        return true;
    }

    @Override
    public void connect(byte[] buffer, int offset, int length) {
        seen += length;
    }

    @Override
    public void ping() {
        seen++;
    }

    @Override
    public void pong() {
        seen++;
    }

    @Override
    public void err(byte[] buffer, int offset, int length) {
        seen += length;
    }

    @Override
    public boolean admitsMessage(long headerAndBodyBytes, boolean withHeaders) {
        return true;
    }

    @Override
    public void publish(Publication publication) {
        seen += publication.subjectLength + publication.tailLength + publication.headerLength;
    }

    @Override
    public void subscribe(
            byte[] buffer,
            int subjectOffset,
            int subjectLength,
            int queueOffset,
            int queueLength,
            int sidOffset,
            int sidLength) {
        seen += subjectLength + queueLength + sidLength;
    }

    @Override
    public void unsubscribe(byte[] buffer, int sidOffset, int sidLength, long max) {
        seen += sidLength + max;
    }

    @Override
    public void unknownOperation(byte[] buffer, int offset, int length) {
        throw new IllegalStateException("no operation at " + offset);
    }

    @Override
    public void badArguments(String problem, byte[] buffer, int offset, int length) {
        throw new IllegalStateException(problem);
    }

    @Override
    public void controlLineTooLong() {
        throw new IllegalStateException("a line too long");
    }

    @Override
    public boolean isOpen() {
        return true;
    }
}
