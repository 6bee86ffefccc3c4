package io.millrace.protocol;

import io.millrace.runtime.Randomness;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What makes one token (or, cutting one up, several) of a transform's destination. Immutable. */
sealed interface TransformPiece {

    void write(TokenizedSubject subject, Randomness chance, ByteArrayOutputStream out);

    /** A token that is copied as it stands. */
    record Literal(String text) implements TransformPiece {
        @Override
        public void write(TokenizedSubject subject, Randomness chance, ByteArrayOutputStream out) {
            out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** A token of the subject. */
    record Token(int index) implements TransformPiece {
        @Override
        public void write(TokenizedSubject subject, Randomness chance, ByteArrayOutputStream out) {
            int start = subject.start(index);
            out.write(subject.bytes, start, subject.end(index) - start);
        }
    }

    /** Everything from a token on: what '>' stands for. */
    record Tail(int index) implements TransformPiece {
        @Override
        public void write(TokenizedSubject subject, Randomness chance, ByteArrayOutputStream out) {
            int start = subject.start(index);
            out.write(subject.bytes, start, subject.end - start);
        }
    }

    /**
     * A number that is the same for the same tokens.
     *
     * @param tokens which are looked at, in this order
     * @param wholeSubject looks at all of it, dots included, instead
     */
    record Partition(int count, List<Integer> tokens, boolean wholeSubject)
            implements TransformPiece {
        @Override
        public void write(TokenizedSubject subject, Randomness chance, ByteArrayOutputStream out) {
            int hash = Fnv1a.START;
            if (wholeSubject) {
                hash = Fnv1a.add(hash, subject.bytes, subject.offset, subject.end);
            }
            for (int token : tokens) {
                hash = Fnv1a.add(hash, subject.bytes, subject.start(token), subject.end(token));
            }
            number(count <= 0 ? 0 : Integer.remainderUnsigned(hash, count), out);
        }
    }

    /** A number drawn anew each time. */
    record Drawn(int count) implements TransformPiece {
        @Override
        public void write(TokenizedSubject subject, Randomness chance, ByteArrayOutputStream out) {
            number(count <= 0 ? 0 : chance.nextInt(count), out);
        }
    }

    /** A token cut at each separator; an empty separator cuts between characters. */
    record Split(int index, String separator) implements TransformPiece {
        @Override
        public void write(TokenizedSubject subject, Randomness chance, ByteArrayOutputStream out) {
            String token = new String(subject.token(index), StandardCharsets.UTF_8);
            boolean first = true;
            int at = 0;
            while (at < token.length()) {
                int step = separator.isEmpty() ? token.offsetByCodePoints(at, 1) - at : 0;
                int found = step > 0 ? at + step : token.indexOf(separator, at);
                int stop = found < 0 ? token.length() : found;
                if (stop > at) {
                    if (!first) {
                        out.write('.');
                    }
                    first = false;
                    out.writeBytes(token.substring(at, stop).getBytes(StandardCharsets.UTF_8));
                }
                at = stop + separator.length();
            }
        }
    }

    /** How a token is cut by counting bytes. */
    enum Cut {
        LEFT,
        RIGHT,
        SPLIT_FROM_LEFT,
        SPLIT_FROM_RIGHT,
        SLICE_FROM_LEFT,
        SLICE_FROM_RIGHT
    }

    /** A token cut by counting; one that is not longer than {@code bytes} stays whole. */
    record Part(Cut cut, int index, int bytes) implements TransformPiece {
        @Override
        public void write(TokenizedSubject subject, Randomness chance, ByteArrayOutputStream out) {
            byte[] token = subject.token(index);
            int size = token.length;
            if (bytes <= 0 || bytes >= size) {
                out.write(token, 0, size);
                return;
            }
            switch (cut) {
                case LEFT -> out.write(token, 0, bytes);
                case RIGHT -> out.write(token, size - bytes, bytes);
                case SPLIT_FROM_LEFT -> joined(token, bytes, size, out);
                case SPLIT_FROM_RIGHT -> joined(token, size - bytes, size, out);
                case SLICE_FROM_LEFT -> joined(token, bytes, bytes, out);
                case SLICE_FROM_RIGHT -> {
                    int odd = size % bytes;
                    joined(token, odd == 0 ? bytes : odd, bytes, out);
                }
            }
        }

        /** The first {@code first} bytes, then pieces of {@code step}, dots between. */
        private static void joined(byte[] token, int first, int step, ByteArrayOutputStream out) {
            out.write(token, 0, first);
            for (int at = first; at < token.length; at += step) {
                out.write('.');
                out.write(token, at, Math.min(step, token.length - at));
            }
        }
    }

    private static void number(int value, ByteArrayOutputStream out) {
        out.writeBytes(Integer.toString(value).getBytes(StandardCharsets.US_ASCII));
    }
}
