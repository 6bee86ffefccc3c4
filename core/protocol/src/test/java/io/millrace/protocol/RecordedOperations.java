package io.millrace.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes down what the parser says; ends where a connection would. Owned by one test. */
final class RecordedOperations implements ClientOperations {
    final List<String> said = new ArrayList<>();
    final long maxPayload;
    private boolean open = true;

    RecordedOperations(long maxPayload) {
        this.maxPayload = maxPayload;
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static String text(byte[] b, int offset, int length) {
        return new String(b, offset, length, StandardCharsets.ISO_8859_1);
    }

    /** What one parser makes of {@code input} when it comes in pieces that end at {@code cuts}. */
    static RecordedOperations of(byte[] input, int controlLineMax, long maxPayload, int... cuts) {
        RecordedOperations record = new RecordedOperations(maxPayload);
        ClientParser parser = new ClientParser();
        byte[] kept = new byte[0];
        int done = 0;
        for (int i = 0; i <= cuts.length && record.open; i++) {
            int end = i < cuts.length ? cuts[i] : input.length;
            int before = kept.length;
            kept = Arrays.copyOf(kept, before + end - done);
            System.arraycopy(input, done, kept, before, end - done);
            done = end;
            int consumed = parser.parse(kept, 0, kept.length, controlLineMax, record);
            kept = Arrays.copyOfRange(kept, consumed, kept.length);
            if (parser.needed() != 0 && parser.needed() <= kept.length) {
                record.said.add("needs less than it has");
            }
        }
        return record;
    }

    boolean ended() {
        return !open;
    }

    private void end(String how) {
        said.add(how);
        open = false;
    }

    @Override
    public boolean admits(byte firstByte) {
        return true;
    }

    @Override
    public void connect(byte[] buffer, int offset, int length) {
        said.add("connect " + text(buffer, offset, length));
    }

    @Override
    public void ping() {
        said.add("ping");
    }

    @Override
    public void pong() {
        said.add("pong");
    }

    @Override
    public void err(byte[] buffer, int offset, int length) {
        end("err " + text(buffer, offset, length));
    }

    @Override
    public boolean admitsMessage(long bytes, boolean withHeaders) {
        if (bytes > maxPayload) {
            end("too large " + bytes);
            return false;
        }
        return true;
    }

    @Override
    public void publish(Publication p) {
        String reply = p.replyLength == 0 ? "" : text(p.buffer, p.replyOffset, p.replyLength);
        said.add(
                (p.hasHeaders ? "hpub " : "pub ")
                        + text(p.subjectBuffer, p.subjectOffset, p.subjectLength)
                        + "|"
                        + reply
                        + "|"
                        + text(p.buffer, p.messageOffset, p.headerLength)
                        + "|"
                        + text(p.buffer, p.bodyOffset(), p.bodyLength())
                        + (p.tailCanonical
                                ? "|" + text(p.buffer, p.tailOffset, p.tailLength)
                                : "|own words"));
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
        said.add(
                "sub "
                        + text(buffer, subjectOffset, subjectLength)
                        + "|"
                        + text(buffer, queueOffset, queueLength)
                        + "|"
                        + text(buffer, sidOffset, sidLength));
    }

    @Override
    public void unsubscribe(byte[] buffer, int sidOffset, int sidLength, long max) {
        said.add("unsub " + text(buffer, sidOffset, sidLength) + "|" + max);
    }

    @Override
    public void unknownOperation(byte[] buffer, int offset, int length) {
        // how much of it is there already depends on the pieces; where it begins does not
        end("unknown " + (length == 0 ? "" : text(buffer, offset, 1)));
    }

    @Override
    public void badArguments(String problem, byte[] buffer, int offset, int length) {
        end(problem + ": " + text(buffer, offset, length));
    }

    @Override
    public void controlLineTooLong() {
        end("control line too long");
    }

    @Override
    public boolean isOpen() {
        return open;
    }
}
