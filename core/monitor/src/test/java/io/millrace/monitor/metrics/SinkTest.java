package io.millrace.monitor.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where answers go, one after the other. */
final class SinkTest {
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 8_000, 8_192, 20_000, 3_000_000})
    void whatIsCompressedCanBeReadAgain(int size) throws IOException {
        Gzip gzip = new Gzip();
        for (int seed = 0; seed < 3; seed++) {
            byte[] noise = new byte[size];
            new Random(seed).nextBytes(noise);
            assertThat(read(through(gzip, noise, 5_000))).isEqualTo(noise);
            byte[] text =
                    "a_metric{label=\"x\"} 1\n".repeat(size / 20).getBytes(StandardCharsets.UTF_8);
            byte[] small = through(gzip, text, 16 << 10);
            assertThat(read(small)).isEqualTo(text);
            assertThat(small.length).isLessThan(60 + text.length / 50);
        }
    }

    @Test
    void whatIsTooLargeIsNothingAndTheNextOneIsWhole() throws IOException {
        Plain plain = new Plain();
        byte[] large = new byte[(8 << 20) + 1];
        assertThat(through(plain, large, 1 << 20)).isEmpty();
        byte[] fits = Arrays.copyOf(large, 8 << 20);
        assertThat(through(plain, fits, 1 << 20)).isEqualTo(fits);
        assertThat(through(plain, new byte[] {1, 2, 3}, 2)).containsExactly(1, 2, 3);
    }

    private static byte[] through(Sink sink, byte[] bytes, int pieces) {
        sink.begin();
        for (int at = 0; at < bytes.length; at += pieces) {
            byte[] piece = Arrays.copyOfRange(bytes, at, at + pieces);
            sink.write(piece, Math.min(pieces, bytes.length - at));
            Arrays.fill(piece, (byte) 'x');
        }
        return sink.end();
    }

    private static byte[] read(byte[] compressed) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
            in.transferTo(bytes);
        }
        return bytes.toByteArray();
    }
}
