package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SubjectIndexTest {
    private static final String[] TOKENS = {"a", "b", "ab", "a-x", "a/", "zz", "1", "\u00fc", ""};

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String subject(SplittableRandom random) {
        StringBuilder subject = new StringBuilder();
        int depth = 1 + random.nextInt(4);
        for (int i = 0; i < depth; i++) {
            subject.append(i == 0 ? "" : ".").append(TOKENS[random.nextInt(TOKENS.length - 1)]);
        }
        return subject.toString();
    }

    private static String filter(SplittableRandom random) {
        String[] tokens = subject(random).split("\\.", -1);
        for (int i = 0; i < tokens.length; i++) {
            int dice = random.nextInt(6);
            if (dice < 2) {
                tokens[i] = "*";
            } else if (dice == 2 && i == tokens.length - 1) {
                tokens[i] = ">";
            }
        }
        return String.join(".", tokens);
    }

    private static List<String> matching(SubjectIndex index, String filter) {
        List<String> found = new ArrayList<>();
        SubjectFilter.of(bytes(filter))
                .forEach(
                        index,
                        (handle, subject, length) -> {
                            found.add(new String(subject, 0, length, StandardCharsets.ISO_8859_1));
                            return true;
                        });
        return found;
    }

    @Test
    void theIndexAgreesWithATreeMapWhateverIsAddedAndRemoved() {
        for (long seed = 0; seed < 60; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            MemorySubjectIndex index = new MemorySubjectIndex();
            TreeMap<String, NavigableMap<Long, Boolean>> model = new TreeMap<>();
            for (long sequence = 1; sequence < 1200; sequence++) {
                String subject = subject(random);
                byte[] text = bytes(subject);
                index.add(text, 0, text.length, sequence);
                model.computeIfAbsent(subject, s -> new TreeMap<>()).put(sequence, true);
                if (random.nextInt(3) > 0) {
                    List<String> all = new ArrayList<>(model.keySet());
                    String victim = all.get(random.nextInt(all.size()));
                    long gone = model.get(victim).firstKey();
                    byte[] bytes = bytes(victim);
                    index.remove(bytes, 0, bytes.length, gone);
                    model.get(victim).remove(gone);
                    model.values().removeIf(Map::isEmpty);
                }
                if (sequence % 50 == 0) {
                    compare(seed, random, index, model);
                }
            }
        }
    }

    private static void compare(
            long seed,
            SplittableRandom random,
            MemorySubjectIndex index,
            Map<String, NavigableMap<Long, Boolean>> model) {
        assertThat(index.size()).as("seed %d", seed).isEqualTo(model.size());
        assertThat(matching(index, ">"))
                .as("seed %d", seed)
                .containsExactlyElementsOf(model.keySet());
        model.forEach(
                (subject, sequences) -> {
                    int handle = index.find(bytes(subject), 0, subject.length());
                    assertThat(index.count(handle)).isEqualTo(sequences.size());
                    assertThat(index.last(handle)).isGreaterThanOrEqualTo(sequences.lastKey());
                    assertThat(index.first(handle)).isLessThanOrEqualTo(sequences.firstKey());
                    if (index.firstIsExact(handle)) {
                        assertThat(index.first(handle)).isEqualTo(sequences.firstKey());
                    }
                });
        for (int i = 0; i < 20; i++) {
            String filter = filter(random);
            List<String> expected =
                    model.keySet().stream()
                            .filter(subject -> StreamModel.matches(filter, subject))
                            .toList();
            assertThat(matching(index, filter))
                    .as("seed %d, filter %s", seed, filter)
                    .containsExactlyElementsOf(expected);
            for (String subject : model.keySet()) {
                byte[] text = bytes(subject);
                assertThat(SubjectFilter.of(bytes(filter)).matches(text, 0, text.length))
                        .as("%s of %s", subject, filter)
                        .isEqualTo(StreamModel.matches(filter, subject));
            }
        }
    }

    @Test
    void aClosedSegmentAnswersLikeTheGrowingOne() {
        for (long seed = 0; seed < 40; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            GrowingIndex growing = new GrowingIndex();
            int delta = 0;
            for (int i = 0; i < 300; i++) {
                byte[] text = bytes(subject(random));
                growing.add(delta, 64 + i * 80, text, 0, text.length);
                delta += 1 + (random.nextInt(10) == 0 ? random.nextInt(9) : 0);
            }
            ClosedIndex closed = new ClosedIndex(ClosedIndex.encode(growing), 0);
            assertThat(closed.count()).isEqualTo(growing.count());
            for (int i = 0; i < 200; i++) {
                int any = random.nextInt(delta + 2);
                assertThat(closed.lowerBound(any)).isEqualTo(growing.lowerBound(any));
                byte[] text = bytes(subject(random));
                int from = random.nextInt(301);
                assertThat(closed.nextOf(text, text.length, from))
                        .isEqualTo(growing.nextOf(text, text.length, from));
                assertThat(closed.previousOf(text, text.length, from))
                        .isEqualTo(growing.previousOf(text, text.length, from));
                SubjectFilter filter = SubjectFilter.of(bytes(filter(random)));
                SegmentIndex.Matches a = closed.matches(filter, from);
                SegmentIndex.Matches b = growing.matches(filter, from);
                assertThat(a.count).as("seed %d, filter %s", seed, filter).isEqualTo(b.count);
                for (int m = 0; m < a.count; m++) {
                    assertThat(a.indexes[m]).isEqualTo(b.indexes[m]);
                }
                int at = random.nextInt(300);
                assertThat(closed.subjectOf(at)).isEqualTo(growing.subjectOf(at));
            }
        }
    }

    @Test
    void aSubjectCostsLittleMoreThanItsBytes() {
        MemorySubjectIndex index = new MemorySubjectIndex();
        int count = 200_000;
        long text = 0;
        for (int i = 0; i < count; i++) {
            byte[] subject =
                    bytes(String.format(Locale.ROOT, "device.%08d.temperature", i * 7919L));
            index.add(subject, 0, subject.length, i + 1);
            text += subject.length;
        }
        double each = (index.bytes() - text) / (double) count;
        System.out.printf(Locale.ROOT, "%.1f bytes beside each subject%n", each);
        assertThat(each).isLessThan(90);
    }
}
