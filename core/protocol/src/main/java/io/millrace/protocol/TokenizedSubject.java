package io.millrace.protocol;

import java.util.Arrays;

/** A subject and where its tokens are. Short-lived; borrows the bytes. */
final class TokenizedSubject {
    final byte[] bytes;
    final int offset;
    final int end;
    private final int[] starts;

    TokenizedSubject(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.offset = offset;
        this.end = offset + length;
        int[] found = new int[Subjects.tokens(bytes, offset, length) + 1];
        int count = 1;
        found[0] = offset;
        for (int i = offset; i < end; i++) {
            if (bytes[i] == '.') {
                found[count++] = i + 1;
            }
        }
        found[count] = end + 1;
        starts = found;
    }

    int start(int token) {
        return starts[token];
    }

    int end(int token) {
        return starts[token + 1] - 1;
    }

    byte[] token(int index) {
        return Arrays.copyOfRange(bytes, start(index), end(index));
    }
}
