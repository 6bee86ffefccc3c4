package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

    private static List<String> matching(SubjectIndex index, String filter) throws StoreException {
        List<String> found = new ArrayList<>();
        SubjectFilter.of(bytes(filter))
                .forEach(
                        index.cursor(),
                        (subject, length) -> {
                            found.add(new String(subject, 0, length, StandardCharsets.ISO_8859_1));
                            return true;
                        });
        return found;
    }

    /** Few subjects with much in common, or many that are numbered, or some that are very long. */
    private static String subjectOf(long seed, SplittableRandom random, long number) {
        return switch ((int) (seed % 4)) {
            case 0 -> subject(random);
            case 1 -> "numbered." + random.nextInt(3000);
            case 2 -> "group." + random.nextInt(20) + "." + (10_000 + number);
            default -> subject(random) + ".x".repeat(random.nextInt(random.nextInt(20) + 1) * 40);
        };
    }

    @Test
    void theIndexAgreesWithATreeMapWhateverIsAddedAndRemoved() throws StoreException {
        for (long seed = 0; seed < 40; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            SubjectIndex index = new SubjectIndex();
            NavigableMap<String, NavigableMap<Long, Boolean>> model = new TreeMap<>();
            int mood = 1;
            for (long sequence = 1; sequence < 3000; sequence++) {
                String subject = subjectOf(seed, random, sequence);
                byte[] text = bytes(subject);
                index.add(text, 0, text.length, sequence);
                model.computeIfAbsent(subject, s -> new TreeMap<>()).put(sequence, true);
                if (random.nextInt(3) == 0) {
                    // the same subject once more, and off again, as where one message is kept
                    assertThat(index.find(text, 0, text.length)).isTrue();
                    index.add(text, 0, text.length, sequence + 10_000);
                    index.remove(text, 0, text.length, sequence + 10_000);
                    index.exactLast(text, 0, text.length, sequence);
                }
                // it grows for a while, and shrinks for a while
                mood = random.nextInt(400) == 0 ? 1 + random.nextInt(6) : mood;
                for (int i = random.nextInt(mood); i > 0 && !model.isEmpty(); i--) {
                    removeOne(random, index, model);
                }
                if (sequence % 100 == 0) {
                    compare(seed, random, index, model);
                }
            }
            while (!model.isEmpty()) {
                removeOne(random, index, model);
            }
            compare(seed, random, index, model);
            assertThat(index.bytes()).as("seed %d", seed).isZero();
        }
    }

    private static void removeOne(
            SplittableRandom random,
            SubjectIndex index,
            NavigableMap<String, NavigableMap<Long, Boolean>> model) {
        String from = subject(random).substring(0, 1) + random.nextInt(10);
        String victim =
                model.ceilingKey(random.nextBoolean() ? from : "group." + random.nextInt(20));
        if (victim == null) {
            victim = random.nextBoolean() ? model.firstKey() : model.lastKey();
        }
        NavigableMap<Long, Boolean> sequences = model.get(victim);
        boolean lowest = random.nextInt(4) > 0;
        long gone = lowest ? sequences.firstKey() : sequences.lastKey();
        byte[] bytes = bytes(victim);
        if (lowest && sequences.size() > 1 && random.nextInt(3) == 0) {
            long upTo = new ArrayList<>(sequences.keySet()).get(1);
            index.removeLowest(bytes, 0, bytes.length, 2, upTo);
            sequences.headMap(upTo, true).clear();
        } else {
            index.remove(bytes, 0, bytes.length, gone);
            sequences.remove(gone);
        }
        if (sequences.isEmpty()) {
            model.remove(victim);
        }
    }

    private static void compare(
            long seed,
            SplittableRandom random,
            SubjectIndex index,
            NavigableMap<String, NavigableMap<Long, Boolean>> model)
            throws StoreException {
        assertThat(index.size()).as("seed %d", seed).isEqualTo(model.size());
        assertThat(matching(index, ">"))
                .as("seed %d", seed)
                .containsExactlyElementsOf(model.keySet());
        for (String subject : model.keySet()) {
            byte[] text = bytes("<" + subject + ">");
            NavigableMap<Long, Boolean> sequences = model.get(subject);
            assertThat(index.find(text, 1, text.length - 2)).as("seed %d", seed).isTrue();
            assertThat(index.count()).isEqualTo(sequences.size());
            assertThat(index.last()).isGreaterThanOrEqualTo(sequences.lastKey());
            assertThat(index.first()).isLessThanOrEqualTo(sequences.firstKey());
            if (index.firstIsExact()) {
                assertThat(index.first()).isEqualTo(sequences.firstKey());
            } else if (random.nextInt(4) == 0) {
                index.exactFirst(text, 1, text.length - 2, sequences.firstKey());
            }
            if (index.lastIsExact()) {
                assertThat(index.last()).isEqualTo(sequences.lastKey());
            } else if (random.nextInt(4) == 0) {
                index.exactLast(text, 1, text.length - 2, sequences.lastKey());
            }
        }
        seeks(seed, random, index, model);
        for (int i = 0; i < 10; i++) {
            String filter = filter(random);
            SubjectFilter asked = SubjectFilter.of(bytes(filter));
            List<String> expected =
                    model.keySet().stream()
                            .filter(subject -> StreamModel.matches(filter, subject))
                            .toList();
            assertThat(matching(index, filter))
                    .as("seed %d, filter %s", seed, filter)
                    .containsExactlyElementsOf(expected);
            for (int any = 0; any < 50; any++) {
                String subject = subject(random);
                byte[] text = bytes(subject);
                assertThat(asked.matches(text, 0, text.length))
                        .as("%s of %s", subject, filter)
                        .isEqualTo(StreamModel.matches(filter, subject));
            }
        }
    }

    /** A cursor goes where it is sent, and on from there whatever is put in beside it. */
    private static void seeks(
            long seed,
            SplittableRandom random,
            SubjectIndex index,
            NavigableMap<String, NavigableMap<Long, Boolean>> model)
            throws StoreException {
        SubjectIndex.Cursor at = index.cursor();
        for (int i = 0; i < 20; i++) {
            String key = subjectOf(seed, random, random.nextInt(3000));
            String expected = model.ceilingKey(key);
            boolean there = at.seek(bytes(key), key.length());
            for (int steps = 0; steps < 3; steps++) {
                assertThat(there).as("seed %d, key %s", seed, key).isEqualTo(expected != null);
                if (expected == null) {
                    break;
                }
                assertThat(new String(at.text(), 0, at.length(), StandardCharsets.ISO_8859_1))
                        .as("seed %d, key %s", seed, key)
                        .isEqualTo(expected);
                assertThat(at.count()).isEqualTo(model.get(expected).size());
                String beside = expected.substring(0, random.nextInt(expected.length()));
                if (random.nextInt(4) == 0 && !model.containsKey(beside)) {
                    index.add(bytes(beside), 0, beside.length(), 1);
                    index.remove(bytes(beside), 0, beside.length(), 1);
                    assertThat(index.find(bytes(beside), 0, beside.length())).isFalse();
                }
                expected = model.higherKey(expected);
                there = at.next();
            }
        }
    }

    @Test
    void aClosedSegmentAnswersLikeTheGrowingOne() throws Exception {
        for (long seed = 0; seed < 40; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            GrowingIndex growing = new GrowingIndex();
            int delta = 0;
            int position = 64;
            for (int i = 0; i < 300; i++) {
                byte[] text = bytes(subject(random));
                growing.add(delta, position, text, 0, text.length);
                position += random.nextInt(20) == 0 ? 2000 + 8 * random.nextInt(100) : 80;
                boolean gap = seed % 2 == 0 && random.nextInt(10) == 0;
                delta += 1 + (gap ? random.nextInt(9) : 0);
            }
            SegmentIndex closed = StoreRig.closed(growing);
            assertThat(closed).isInstanceOf(ClosedIndex.class);
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
                assertThat(closed.delta(at)).isEqualTo(growing.delta(at));
                assertThat(closed.position(at)).isEqualTo(growing.position(at));
                assertThat(closed.subjectOf(at)).isEqualTo(growing.subjectOf(at));
            }
        }
    }

    @Test
    void aSubjectCostsWhatMakesItDifferent() {
        SubjectIndex index = new SubjectIndex();
        int count = 200_000;
        long text = 0;
        for (int i = 0; i < count; i++) {
            byte[] subject =
                    bytes(String.format(Locale.ROOT, "device.%08d.temperature", i * 7919L));
            index.add(subject, 0, subject.length, i + 1);
            text += subject.length;
        }
        double each = index.bytes() / (double) count;
        System.out.printf(Locale.ROOT, "%.1f bytes for each subject of %d%n", each, text / count);
        assertThat(each).isLessThan(40);
    }
}
