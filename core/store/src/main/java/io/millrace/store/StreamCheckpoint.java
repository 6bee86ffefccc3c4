package io.millrace.store;

import java.util.ArrayList;
import java.util.List;

/**
 * A stream's part of a checkpoint, as records. Encoding runs on the stream's owner.
 *
 * @param records without number and header checksum, which the checkpoint's file gives them
 * @param unsynced segments whose files must be synced before the checkpoint counts
 * @param targets how much of each was written when the records were made
 */
record StreamCheckpoint(List<byte[]> records, List<Segment> unsynced, List<Long> targets) {
    private static final int SEGMENT_HEAD_BYTES = 56;
    private static final int FIGURES_BYTES = 48;

    static StreamCheckpoint of(StreamStore stream) throws StoreException {
        Checksum check = stream.segments.check();
        List<byte[]> records = new ArrayList<>();
        List<Segment> unsynced = new ArrayList<>();
        List<Long> targets = new ArrayList<>();
        int id = stream.id();
        byte[] definition = stream.definition();
        int kind = stream.isInMemory() ? 1 : 0;
        records.add(Frame.of(Frame.STREAM, id, 0, stream.lastNumber(), kind, definition, check));
        if (!stream.isInMemory()) {
            stream.segments.flush(false);
            records.add(figures(stream, check));
            for (Segment segment : stream.segments.list) {
                if (segment.messages == 0) {
                    continue;
                }
                records.add(encode(segment, check));
                if (segment.syncedBytes < segment.writtenBytes) {
                    unsynced.add(segment);
                    targets.add(segment.writtenBytes);
                }
            }
        }
        for (StateLog state : stream.states()) {
            records.add(Frame.of(Frame.STATE, id, 0, 0, state.id(), state.definition(), check));
            byte[] whole = state.checkpointWhole();
            records.add(Frame.of(Frame.STATE_WHOLE, id, 0, 0, state.id(), whole, check));
            for (byte[] change : state.checkpointChanges()) {
                records.add(Frame.of(Frame.STATE_CHANGE, id, 0, 0, state.id(), change, check));
            }
        }
        return new StreamCheckpoint(records, unsynced, targets);
    }

    private static byte[] figures(StreamStore stream, Checksum check) {
        List<Long> lost = stream.lostSequences();
        byte[] body = new byte[FIGURES_BYTES + 8 * lost.size()];
        Frame.putLong(body, 0, stream.firstSequence());
        Frame.putLong(body, 8, stream.lastSequence());
        Frame.putLong(body, 16, stream.lastTimeNanos());
        Frame.putLong(body, 24, stream.messages());
        Frame.putLong(body, 32, stream.bytes());
        Frame.putLong(body, 40, stream.lost());
        for (int i = 0; i < lost.size(); i++) {
            Frame.putLong(body, FIGURES_BYTES + 8 * i, lost.get(i));
        }
        return Frame.of(
                Frame.STREAM_FIGURES,
                stream.id(),
                stream.lostBytes(),
                stream.lastNumber(),
                0,
                body,
                check);
    }

    static void restoreFigures(StreamStore stream, byte[] record, int at) {
        int body = at + Frame.HEADER_BYTES;
        stream.restore(
                Frame.time(record, at),
                Frame.getLong(record, body),
                Frame.getLong(record, body + 8),
                Frame.getLong(record, body + 16),
                Frame.getLong(record, body + 24),
                Frame.getLong(record, body + 32));
        stream.losses().restore(Frame.getLong(record, body + 40), Frame.sequence(record, at));
        List<Long> lost = new ArrayList<>();
        for (int i = FIGURES_BYTES; i < Frame.payloadLength(record, at); i += 8) {
            lost.add(Frame.getLong(record, body + i));
        }
        stream.losses().restore(lost);
    }

    private static byte[] encode(Segment segment, Checksum check) {
        long[] deleted = segment.deletedBits();
        byte[] body = new byte[SEGMENT_HEAD_BYTES + 8 * deleted.length];
        Frame.putLong(body, 0, segment.id);
        Frame.putInt(body, 8, segment.messages);
        Frame.putInt(body, 12, segment.live);
        Frame.putLong(body, 16, segment.liveBytes);
        Frame.putLong(body, 24, segment.firstTimeNanos);
        Frame.putLong(body, 32, segment.lastTimeNanos);
        Frame.putInt(body, 40, segment.dataBytes);
        Frame.putInt(body, 44, segment.indexBytes);
        Frame.putLong(body, 48, segment.withHeaders + 1L);
        for (int i = 0; i < deleted.length; i++) {
            Frame.putLong(body, SEGMENT_HEAD_BYTES + 8 * i, deleted[i]);
        }
        return Frame.of(Frame.SEGMENT, segment.stream, segment.base, segment.last, 0, body, check);
    }

    static Segment restoreSegment(byte[] record, int at) {
        int body = at + Frame.HEADER_BYTES;
        Segment segment =
                new Segment(
                        Frame.owner(record, at),
                        false,
                        Frame.getLong(record, body),
                        Frame.sequence(record, at));
        segment.last = Frame.time(record, at);
        segment.messages = Frame.getInt(record, body + 8);
        segment.live = Frame.getInt(record, body + 12);
        segment.liveBytes = Frame.getLong(record, body + 16);
        segment.firstTimeNanos = Frame.getLong(record, body + 24);
        segment.lastTimeNanos = Frame.getLong(record, body + 32);
        segment.dataBytes = Frame.getInt(record, body + 40);
        segment.indexBytes = Frame.getInt(record, body + 44);
        segment.withHeaders = (int) Frame.getLong(record, body + 48) - 1;
        segment.writtenBytes = segment.dataBytes + (long) segment.indexBytes;
        segment.syncedBytes = segment.writtenBytes;
        segment.fileExists = true;
        segment.closed = true;
        int words = (Frame.payloadLength(record, at) - SEGMENT_HEAD_BYTES) / 8;
        long[] deleted = new long[words];
        for (int i = 0; i < words; i++) {
            deleted[i] = Frame.getLong(record, body + SEGMENT_HEAD_BYTES + 8 * i);
        }
        segment.deletedBits(deleted);
        return segment;
    }
}
