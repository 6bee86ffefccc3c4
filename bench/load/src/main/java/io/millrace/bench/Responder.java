package io.millrace.bench;

import java.io.IOException;

/** Answers every request with what it holds. One thread of its own. */
final class Responder {
    private static final int FLUSH = 32 * 1024;
    private static final byte[] PUB = Wire.ascii("PUB ");

    private Responder() {}

    static void start(Trial trial, String subject) throws IOException {
        Wire wire = trial.dial();
        wire.subscribe(subject);
        wire.sync();
        trial.spawn("responder", () -> answer(wire));
    }

    private static void answer(Wire wire) throws IOException {
        byte[] out = new byte[2 * FLUSH];
        byte[] length = new byte[0];
        int lengthOf = -1;
        int at = 0;
        while (true) {
            if (!wire.poll()) {
                wire.write(out, 0, at);
                at = 0;
                wire.fill();
                continue;
            }
            if (wire.bodyLength() != lengthOf) {
                lengthOf = wire.bodyLength();
                length = Wire.ascii(" " + lengthOf + "\r\n");
            }
            at = copy(PUB, out, at);
            at += wire.copyReply(out, at);
            at = copy(length, out, at);
            at += wire.copyBody(out, at);
            out[at++] = '\r';
            out[at++] = '\n';
            if (at > FLUSH) {
                wire.write(out, 0, at);
                at = 0;
            }
        }
    }

    private static int copy(byte[] from, byte[] into, int at) {
        System.arraycopy(from, 0, into, at, from.length);
        return at + from.length;
    }
}
