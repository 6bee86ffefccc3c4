package io.millrace.jetstream.snapshot;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Archives put together by hand, entry by entry and frame by frame. */
final class HandMade {
    static final String STATE =
            "{\"messages\":2,\"bytes\":80,\"first_seq\":3,\"first_ts\":\"2026-01-01T00:00:00Z\","
                    + "\"last_seq\":9,\"last_ts\":\"2026-01-01T00:00:01Z\",\"num_subjects\":1,"
                    + "\"num_deleted\":5,\"consumer_count\":0}";

    private final ByteArrayOutputStream raw = new ByteArrayOutputStream();

    static HandMade archive() {
        return new HandMade().text("NATSARC1");
    }

    HandMade text(String text) {
        raw.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
        return this;
    }

    HandMade varint(long value) {
        long left = value;
        while ((left & ~0x7FL) != 0) {
            raw.write((int) (left | 0x80));
            left >>>= 7;
        }
        raw.write((int) left);
        return this;
    }

    HandMade fields(long name, long time, long sequence, long headers, long payload) {
        varint(name).varint((time << 1) ^ (time >> 63)).varint(sequence);
        return varint(headers).varint(payload);
    }

    HandMade json(String name, String json) {
        return fields(name.length(), 1, 0, 0, json.length()).text(name).text(json);
    }

    HandMade state() {
        return json("state.json", STATE);
    }

    HandMade message(long sequence, String subject, String payload) {
        return fields(subject.length(), 1, sequence, 0, payload.length())
                .text(subject)
                .text(payload);
    }

    HandMade end() {
        return fields(0, 0, 0, 0, 0);
    }

    byte[] raw() {
        return raw.toByteArray();
    }

    /** All of it in one frame. */
    byte[] framed() {
        return framed(raw());
    }

    static byte[] framed(byte[] raw) {
        S2FrameWriter writer = new S2FrameWriter();
        writer.write(raw, 0, raw.length);
        writer.flush();
        return writer.take(Integer.MAX_VALUE);
    }

    static byte[] frame(int type, byte[] body) {
        byte[] frame = new byte[4 + body.length];
        frame[0] = (byte) type;
        frame[1] = (byte) body.length;
        frame[2] = (byte) (body.length >>> 8);
        frame[3] = (byte) (body.length >>> 16);
        System.arraycopy(body, 0, frame, 4, body.length);
        return frame;
    }

    static byte[] joined(byte[]... pieces) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] piece : pieces) {
            all.writeBytes(piece);
        }
        return all.toByteArray();
    }

    /** What the frames of an intact archive hold. */
    static byte[] unframed(byte[] frames) throws ArchiveException {
        S2FrameReader reader = new S2FrameReader();
        reader.feed(frames, 0, frames.length);
        ByteWindow into = new ByteWindow();
        while (reader.next(into)) {
            // everything is appended
        }
        return into.takeFirst(into.length());
    }
}
