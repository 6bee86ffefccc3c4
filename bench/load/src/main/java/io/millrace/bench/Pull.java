package io.millrace.bench;

import java.io.IOException;

/**
 * Reads a consumer by requests for batches, two of them outstanding, and acknowledges what comes if
 * told so. One thread.
 */
final class Pull {
    private static final int BATCH = 500;
    private static final int OUTSTANDING = 2;
    private static final byte[] ACK_SUBJECT = Wire.ascii("$JS.ACK.");
    private static final byte[] PUB = Wire.ascii("PUB ");
    private static final byte[] ACK = Wire.ascii(" 4\r\n+ACK\r\n");
    private static final int FLUSH = 32 * 1024;

    private final Wire wire;
    private final String stream;
    private final String inbox;
    private final boolean acks;
    private final byte[] out = new byte[2 * FLUSH];
    private int length;
    private int requests;

    Pull(Trial trial, String stream, boolean acks) throws IOException {
        this.stream = stream;
        this.acks = acks;
        wire = trial.dial();
        inbox = trial.inbox();
        wire.subscribe(inbox + ".*");
        wire.sync();
    }

    /** Reads so many messages, which must be there. */
    void read(String consumer, long count) throws IOException {
        long asked = 0;
        long got = 0;
        int ofBatch = 0;
        for (int i = 0; i < OUTSTANDING && asked < count; i++) {
            asked += request(consumer, count - asked);
        }
        while (got < count) {
            if (!wire.poll()) {
                flush();
                wire.fill();
                continue;
            }
            if (!wire.replyStartsWith(ACK_SUBJECT)) {
                throw new IOException(
                        "pull ended with %d after %d of %d messages"
                                .formatted(wire.status(), got, count));
            }
            got++;
            ofBatch++;
            if (acks) {
                acknowledge();
            }
            if (ofBatch == BATCH && asked < count) {
                ofBatch = 0;
                asked += request(consumer, count - asked);
            }
        }
        flush();
        wire.sync();
    }

    private long request(String consumer, long left) throws IOException {
        int batch = (int) Math.min(BATCH, left);
        requests++;
        String body = "{\"batch\":%d,\"expires\":20000000000}".formatted(batch);
        put(
                Wire.ascii(
                        "PUB $JS.API.CONSUMER.MSG.NEXT.%s.%s %s.%d %d\r\n%s\r\n"
                                .formatted(
                                        stream, consumer, inbox, requests, body.length(), body)));
        return batch;
    }

    private void acknowledge() throws IOException {
        put(PUB);
        length += wire.copyReply(out, length);
        put(ACK);
        if (length > FLUSH) {
            flush();
        }
    }

    private void put(byte[] bytes) throws IOException {
        if (length + bytes.length > out.length) {
            flush();
        }
        System.arraycopy(bytes, 0, out, length, bytes.length);
        length += bytes.length;
    }

    private void flush() throws IOException {
        if (length > 0) {
            wire.write(out, 0, length);
            length = 0;
        }
    }

    /** Reads answers of a batched direct get until the one that ends it; returns how many. */
    long multiLast(String subjects) throws IOException {
        requests++;
        String body = "{\"multi_last\":[\"%s\"],\"batch\":1000}".formatted(subjects);
        put(
                Wire.ascii(
                        "PUB $JS.API.DIRECT.GET.%s %s.%d %d\r\n%s\r\n"
                                .formatted(stream, inbox, requests, body.length(), body)));
        flush();
        for (long got = 0; ; got++) {
            wire.next();
            int status = wire.status();
            if (status == 204) {
                return got;
            }
            if (status != 0) {
                throw new IOException("multi_last " + subjects + ": " + status);
            }
        }
    }
}
