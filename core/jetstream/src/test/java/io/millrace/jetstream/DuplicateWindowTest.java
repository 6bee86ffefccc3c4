package io.millrace.jetstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.Randomness;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class DuplicateWindowTest {
    private final DuplicateWindow window = new DuplicateWindow(100, Randomness.seeded(1));

    private long find(String id, long now) {
        byte[] bytes = ("<" + id + ">").getBytes(ISO_8859_1);
        return window.find(bytes, 1, id.length(), now);
    }

    private void add(String id, long sequence, long time) {
        byte[] bytes = ("<" + id + ">").getBytes(ISO_8859_1);
        window.add(bytes, 1, id.length(), sequence, time);
    }

    private boolean lastIdIs(String id) {
        return window.lastIdIs(id.getBytes(ISO_8859_1), 0, id.length());
    }

    @Test
    void namesAreThoseOfSipHash() {
        IdHash hash = new IdHash(HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f"));
        String[] expected = {
            "a3817f04ba25a8e66df67214c7550293",
            "da87c1d86b99af44347659119b22fc45",
            "8177228da4a45dc7fca38bdef60affe4"
        };
        byte[] bytes = {0, 1, 2, 3};
        for (int length = 0; length < expected.length; length++) {
            hash.of(bytes, 0, length);
            String name =
                    HexFormat.of().toHexDigits(Long.reverseBytes(hash.first()))
                            + HexFormat.of().toHexDigits(Long.reverseBytes(hash.second()));
            assertThat(name).isEqualTo(expected[length]);
        }
    }

    @Test
    void anIdCountsAsLongAsTheWindowIsOpen() {
        add("a", 7, 1000);
        assertThat(find("a", 1000)).isEqualTo(7);
        assertThat(find("a", 1099)).isEqualTo(7);
        assertThat(find("a", 1100)).isZero();
        assertThat(find("b", 1000)).isZero();
        assertThat(window.nextExpiry()).isEqualTo(1100);
        window.window(50);
        assertThat(find("a", 1060)).isZero();
        window.window(500);
        assertThat(find("a", 1400)).isEqualTo(7);
        assertThat(window.expire(1500, 10)).isFalse();
        assertThat(window.size()).isZero();
        assertThat(window.nextExpiry()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void anIdThatIsUsedAgainAfterItsTimeCountsAnew() {
        add("a", 1, 1000);
        add("a", 2, 1100);
        assertThat(find("a", 1150)).isEqualTo(2);
        window.expire(1150, 10);
        assertThat(find("a", 1150)).isEqualTo(2);
        assertThat(window.size()).isEqualTo(1);
    }

    @Test
    void theLastIdIsThatOfTheLastMessage() {
        assertThat(lastIdIs("")).isTrue();
        add("a", 1, 1000);
        assertThat(lastIdIs("a")).isTrue();
        assertThat(lastIdIs("a ")).isFalse();
        assertThat(lastIdIs("")).isFalse();
        add("x".repeat(60_000), 2, 1000);
        assertThat(lastIdIs("x".repeat(60_000))).isTrue();
        add("b", 3, 1000);
        assertThat(window.lastId()).isEqualTo("b");
        assertThat(window.memoryBytes()).isLessThan(16 * 8 * 40);
        add("", 4, 1000);
        assertThat(window.lastId()).isEmpty();
        assertThat(find("", 1000)).isZero();
        assertThat(find("x".repeat(60_000), 1000)).isEqualTo(2);
        window.clear();
        assertThat(find("b", 1000)).isZero();
    }

    @Test
    void whatIsRestoredInAnyOrderIsTheSame() {
        for (long seed = 0; seed < 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            DuplicateWindow restored = new DuplicateWindow(1000, Randomness.seeded(seed));
            List<Integer> order = new ArrayList<>();
            for (int sequence = 1; sequence <= 500; sequence++) {
                order.add(seed % 3 == 1 ? order.size() : 0, sequence);
            }
            if (seed % 3 == 2) {
                for (int i = order.size() - 1; i > 0; i--) {
                    order.set(i, order.set(random.nextInt(i + 1), order.get(i)));
                }
            }
            for (int sequence : order) {
                byte[] id = (sequence % 5 == 0 ? "" : "id" + sequence % 450).getBytes(ISO_8859_1);
                restored.restore(id, 0, id.length, sequence, 1000 + sequence);
            }
            assertThat(restored.lastId()).as("seed %d", seed).isEmpty();
            for (int now = 1500; now < 2600; now += 100) {
                for (int i = 0; i < 450; i++) {
                    byte[] id = ("id" + i).getBytes(ISO_8859_1);
                    int newest = i == 0 || i > 50 ? i : i + 450;
                    boolean open = newest % 5 != 0 && 1000 + newest > now - 1000;
                    assertThat(restored.find(id, 0, id.length, now))
                            .as("seed %d now %d id %d", seed, now, i)
                            .isEqualTo(open ? newest : 0);
                }
                restored.expire(now, Integer.MAX_VALUE);
            }
        }
    }

    private record Stored(long sequence, long time) {}

    @Test
    void itAgreesWithAMapWhateverHappens() {
        for (long seed = 0; seed < 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            long span = 1L + random.nextInt(3000);
            DuplicateWindow tested = new DuplicateWindow(span, Randomness.seeded(seed));
            Map<String, Stored> model = new HashMap<>();
            int ids = 1 + random.nextInt(4000);
            long now = 0;
            for (int step = 1; step < 8000; step++) {
                now += random.nextInt(3);
                String text = "id-" + random.nextInt(ids);
                byte[] id = text.getBytes(ISO_8859_1);
                Stored known = model.get(text);
                boolean open = known != null && known.time() > now - span;
                assertThat(tested.find(id, 0, id.length, now))
                        .as("seed %d step %d", seed, step)
                        .isEqualTo(open ? known.sequence() : 0);
                if (!open) {
                    tested.add(id, 0, id.length, step, now);
                    model.put(text, new Stored(step, now));
                }
                if (random.nextInt(50) == 0) {
                    tested.expire(now, 1 + random.nextInt(20));
                }
                if (random.nextInt(1000) == 0) {
                    tested.expire(now, Integer.MAX_VALUE);
                    long closed = now - span;
                    model.values().removeIf(stored -> stored.time() <= closed);
                    span = 1L + random.nextInt(3000);
                    tested.window(span);
                }
                if (random.nextInt(3000) == 0) {
                    tested.clear();
                    model.clear();
                }
            }
            int rounds = 1;
            while (tested.expire(now + 10_000, 7)) {
                rounds++;
            }
            assertThat(rounds).as("seed %d", seed).isLessThan(4000 / 7);
            assertThat(tested.size()).as("seed %d", seed).isZero();
        }
    }

    @Test
    void aMillionIdsFitWhereTheDocumentationSays() {
        int total = 1_000_000;
        byte[] id = new byte[36];
        for (int i = 0; i < total; i++) {
            Digits.write(id, 0, i);
            window.add(id, 0, id.length, i + 1L, 1000);
        }
        long bytes = window.memoryBytes();
        System.out.println("a million message ids: " + bytes / 1000 + " KB");
        assertThat(bytes).isBetween(40_000_000L, 90_000_000L);
        assertThat(window.size()).isEqualTo(total);
        while (window.expire(2000, 1000)) {
            assertThat(window.size()).isPositive();
        }
        assertThat(window.memoryBytes()).isLessThan(16 * 1024);
    }
}
