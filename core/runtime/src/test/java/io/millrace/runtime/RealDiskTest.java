package io.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is larger than one call of the system takes arrives whole, whatever it comes from. */
final class RealDiskTest {
    private static final int BYTES = 3 * (1 << 17) + 17;
    private static final int POSITION = 5;

    @TempDir private Path folder;
    private final byte[] bytes = new byte[BYTES + 11];
    private DiskFile file;

    @BeforeEach
    void open() throws DiskException {
        new Random(1).nextBytes(bytes);
        file = Disk.real().open(folder.resolve("file"), Disk.Mode.CREATE);
    }

    @AfterEach
    void close() {
        file.close();
    }

    @Test
    void arraysAreWrittenAndReadWhole() throws DiskException {
        file.write(POSITION, bytes, 3, BYTES);
        byte[] into = new byte[BYTES + 20];
        assertThat(file.read(POSITION, into, 7, BYTES)).isEqualTo(BYTES);
        assertThat(Arrays.copyOfRange(into, 7, 7 + BYTES))
                .isEqualTo(Arrays.copyOfRange(bytes, 3, 3 + BYTES));
        assertThat(into[6]).isZero();
        assertThat(into[7 + BYTES]).isZero();
    }

    @Test
    void aReadBeyondTheEndSaysHowMuchThereWas() throws DiskException {
        file.write(0, bytes, 0, BYTES);
        assertThat(file.read(100, new byte[BYTES], 0, BYTES)).isEqualTo(BYTES - 100);
        assertThat(file.read(BYTES, new byte[10], 0, 10)).isZero();
    }

    @Test
    void buffersAreWrittenFromTheirPositionToTheirLimit() throws DiskException {
        for (ByteBuffer buffer :
                new ByteBuffer[] {
                    ByteBuffer.allocate(bytes.length), ByteBuffer.allocateDirect(bytes.length)
                }) {
            buffer.put(bytes).position(4).limit(4 + BYTES);
            file.write(POSITION, new ByteBuffer[] {buffer}, 1);
            assertThat(buffer.remaining()).isZero();
            assertThat(buffer.limit()).isEqualTo(4 + BYTES);
            byte[] into = new byte[BYTES];
            file.read(POSITION, into, 0, BYTES);
            assertThat(into).isEqualTo(Arrays.copyOfRange(bytes, 4, 4 + BYTES));
        }
    }
}
