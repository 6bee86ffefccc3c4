package io.millrace.jetstream.snapshot;

import io.millrace.runtime.Check;
import java.nio.charset.StandardCharsets;

/**
 * Writes the archive of a stream as it is asked for, never ahead: whoever sends it adds parts until
 * {@link #available} says that a chunk is full, takes the chunk, sends it, and adds more when the
 * receiver has room. So it holds no more than a chunk, a message and a frame. One owner.
 *
 * <p>The state comes first and says how many consumers follow; then the messages in the order of
 * their sequences; {@link #end} last. The format is drawn in {@link ArchiveReader}.
 */
public final class ArchiveWriter {
    private static final byte[] MAGIC = "NATSARC1".getBytes(StandardCharsets.US_ASCII);
    private static final int FIELDS_BYTES_MAX = 50;

    private final S2FrameWriter frames = new S2FrameWriter();
    private final byte[] fields = new byte[FIELDS_BYTES_MAX];
    private final long nowNanos;
    private long consumersLeft = -1;
    private long lastSequence;
    private boolean ended;

    /**
     * @param nowNanos since 1970: when the snapshot is taken
     */
    public ArchiveWriter(long nowNanos) {
        this.nowNanos = nowNanos;
        frames.write(MAGIC, 0, MAGIC.length);
    }

    public void state(ArchivedState state) {
        Check.state(consumersLeft < 0, "an archive has one state, at its beginning");
        consumersLeft = state.consumers();
        json("state.json", state.json());
    }

    public void consumer(ArchivedConsumer consumer) {
        Check.state(consumersLeft > 0, "an archive has as many consumers as its state says");
        consumersLeft--;
        json("consumers/" + consumer.name(), consumer.json());
    }

    /**
     * Adds a message whose subject, headers and payload stand one behind the other.
     *
     * @param sequence higher than every one before
     * @param timeNanos since 1970
     * @param headersLength 0 for none
     */
    public void message(
            long sequence,
            long timeNanos,
            byte[] data,
            int offset,
            int subjectLength,
            int headersLength,
            int payloadLength) {
        Check.state(
                consumersLeft == 0 && !ended && sequence > lastSequence,
                "messages stand behind the consumers, in order");
        lastSequence = sequence;
        entry(subjectLength, timeNanos, sequence, headersLength, payloadLength);
        frames.write(data, offset, subjectLength + headersLength + payloadLength);
    }

    /** Adds the mark of the end. */
    public void end() {
        Check.state(consumersLeft == 0 && !ended, "an archive ends once, when it is complete");
        ended = true;
        entry(0, 0, 0, 0, 0);
        frames.flush();
    }

    /** How many bytes can be taken now; before the end, some may be held back in a frame. */
    public int available() {
        return frames.available();
    }

    /** Whether everything has been added and taken. */
    public boolean finished() {
        return ended && frames.available() == 0;
    }

    /** Takes the next bytes, as many as there are but not more than {@code bytesMax}. */
    public byte[] take(int bytesMax) {
        return frames.take(bytesMax);
    }

    private void json(String name, byte[] json) {
        byte[] called = name.getBytes(StandardCharsets.UTF_8);
        entry(called.length, nowNanos, 0, 0, json.length);
        frames.write(called, 0, called.length);
        frames.write(json, 0, json.length);
    }

    private void entry(
            int nameLength, long time, long sequence, int headersLength, int payloadLength) {
        int end = varint(0, nameLength);
        end = varint(end, (time << 1) ^ (time >> 63));
        end = varint(end, sequence);
        end = varint(end, headersLength);
        end = varint(end, payloadLength);
        frames.write(fields, 0, end);
    }

    private int varint(int at, long value) {
        int to = at;
        long left = value;
        while ((left & ~0x7FL) != 0) {
            fields[to++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        fields[to++] = (byte) left;
        return to;
    }
}
