package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.ManualClock;
import io.millrace.testkit.SimulatedDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is done piece by piece is right at its end, whatever comes and goes in between. */
final class RunsTest {
    private static final int SEEDS = 150;
    private static final String[] FILTERS = {"a.*", "*.1", ">", "b.3", "a.>", "c.*"};

    private final TreeMap<Long, String> model = new TreeMap<>();
    private SplittableRandom random;
    private StreamStore stream;
    private Store store;

    private void begin(long seed) throws Exception {
        random = new SplittableRandom(seed);
        model.clear();
        store =
                StoreRig.open(
                        new SimulatedDisk(seed),
                        Path.of("/data"),
                        StoreOptions.tiny(),
                        new ManualClock());
        stream = store.createStream(bytes("S"), random.nextInt(4) == 0, Runnable::run);
        for (int i = random.nextInt(120); i > 0; i--) {
            change();
        }
        if (random.nextBoolean()) {
            stream.unload();
        }
    }

    /** Something comes or goes, or the keeper works. */
    private void change() throws Exception {
        int dice = random.nextInt(20);
        if (dice < 12 || model.isEmpty()) {
            String subject = "abc".charAt(random.nextInt(3)) + "." + random.nextInt(5);
            long sequence = stream.lastSequence() + 1;
            stream.append(sequence, sequence, bytes(subject), new byte[0], new byte[40]);
            model.put(sequence, subject);
        } else if (dice < 16) {
            List<Long> all = List.copyOf(model.keySet());
            long gone = all.get(random.nextInt(all.size()));
            assertThat(stream.delete(gone)).isGreaterThanOrEqualTo(0);
            model.remove(gone);
        } else if (dice == 16) {
            long below = model.firstKey() + random.nextInt(40);
            stream.purge(null, below, 0);
            model.headMap(below).clear();
        } else if (dice == 17 && random.nextInt(10) == 0) {
            stream.purge(null, 0, 0);
            model.clear();
        } else {
            work();
        }
    }

    private void work() {
        StoreRig.commit(store);
        store.keeperWork();
    }

    private void sometimesChange() throws Exception {
        for (int i = random.nextInt(4); i > 0; i--) {
            change();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<String> filters() {
        List<String> some = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            some.add(FILTERS[random.nextInt(FILTERS.length)]);
        }
        return some;
    }

    private static List<SubjectFilter> of(List<String> filters) {
        return filters.stream().map(SubjectFilter::of).toList();
    }

    private static boolean matches(List<String> filters, String subject) {
        return filters.stream().anyMatch(filter -> StreamModel.matches(filter, subject));
    }

    @Test
    void theIndexKnowsWhatIsThereAtItsEnd() throws Exception {
        for (long seed = 1; seed <= SEEDS; seed++) {
            begin(seed);
            while (stream.buildIndex(1 + random.nextInt(3))) {
                sometimesChange();
            }
            checkIndex(seed);
            sometimesChange();
            checkIndex(seed);
        }
    }

    private void checkIndex(long seed) throws Exception {
        SubjectsRun run = stream.subjects(SubjectFilter.of(">"), 0, 100);
        while (run.goOn(2)) {
            // nothing changes meanwhile
        }
        assertThat(
                        run.listed().stream()
                                .collect(
                                        Collectors.toMap(
                                                SubjectsRun.Subject::text,
                                                SubjectsRun.Subject::messages)))
                .as("seed %d", seed)
                .isEqualTo(
                        model.values().stream()
                                .collect(Collectors.groupingBy(s -> s, Collectors.counting())));
        SubjectLookup lookup = new SubjectLookup(stream);
        for (String subject : model.values()) {
            List<Long> those = sequencesOf(subject);
            byte[] text = bytes(subject);
            assertThat(lookup.first(text, 0, text.length))
                    .as("seed %d", seed)
                    .isEqualTo(those.getFirst());
            assertThat(lookup.last(text, 0, text.length))
                    .as("seed %d", seed)
                    .isEqualTo(those.getLast());
        }
    }

    private List<Long> sequencesOf(String subject) {
        return model.entrySet().stream()
                .filter(e -> e.getValue().equals(subject))
                .map(java.util.Map.Entry::getKey)
                .toList();
    }

    @Test
    void aCountIsThatOfItsEnd() throws Exception {
        for (long seed = 1; seed <= SEEDS; seed++) {
            begin(seed);
            List<String> filters = filters();
            long from = 1 + random.nextLong(stream.lastSequence() + 2);
            PendingRun run = stream.counting(from, of(filters));
            while (run.goOn(1 + random.nextInt(3))) {
                sometimesChange();
            }
            assertThat(run.end())
                    .as("seed %d from %d %s", seed, from, filters)
                    .isEqualTo(
                            model.tailMap(from).values().stream()
                                    .filter(subject -> matches(filters, subject))
                                    .count());
        }
    }

    @Test
    void theNewestOfEachSubjectIsFoundWhateverIsAppendedMeanwhile() throws Exception {
        for (long seed = 1; seed <= SEEDS; seed++) {
            begin(seed);
            List<String> filters = filters();
            long upTo = 1 + random.nextLong(stream.lastSequence() + 2);
            TreeMap<String, Long> expected = new TreeMap<>();
            model.headMap(upTo, true)
                    .forEach(
                            (sequence, subject) -> {
                                if (matches(filters, subject)) {
                                    expected.put(subject, sequence);
                                }
                            });
            NewestRun run = stream.newest(of(filters), upTo, 100);
            upTo = stream.lastSequence();
            while (run.goOn(1 + random.nextInt(3))) {
                if (random.nextBoolean()) {
                    long sequence = stream.lastSequence() + 1;
                    stream.append(sequence, sequence, bytes("a.1"), new byte[0], new byte[40]);
                    model.put(sequence, "a.1");
                }
                work();
            }
            assertThat(run.found())
                    .as("seed %d %s", seed, filters)
                    .containsExactly(
                            expected.values().stream()
                                    .mapToLong(Long::longValue)
                                    .sorted()
                                    .toArray());
        }
    }

    @Test
    void noSubjectHasTooManyInTheEndAndTheNewestStay() throws Exception {
        for (long seed = 1; seed <= SEEDS; seed++) {
            begin(seed);
            int most = 1 + random.nextInt(3);
            TrimRun run = stream.trimming(most);
            while (run.goOn(1 + random.nextInt(3))) {
                work();
                if (random.nextInt(3) == 0) {
                    publishTrimmed(most);
                }
            }
            TreeMap<Long, String> left = new TreeMap<>();
            for (String subject : List.copyOf(model.values())) {
                List<Long> those = sequencesOf(subject);
                those.subList(Math.max(0, those.size() - most), those.size())
                        .forEach(sequence -> left.put(sequence, subject));
            }
            assertThat(sequences()).as("seed %d", seed).isEqualTo(List.copyOf(left.keySet()));
        }
    }

    /** A message comes, and two of its subject go if there are too many. */
    private void publishTrimmed(int most) throws Exception {
        String subject = "a." + random.nextInt(5);
        long sequence = stream.lastSequence() + 1;
        stream.append(sequence, sequence, bytes(subject), new byte[0], new byte[40]);
        model.put(sequence, subject);
        SubjectLookup lookup = new SubjectLookup(stream);
        for (int i = 0; i < 2; i++) {
            if (lookup.count(bytes(subject), 0, 3) > most) {
                stream.delete(lookup.first(bytes(subject), 0, 3));
            }
        }
    }

    private List<Long> sequences() throws Exception {
        List<Long> there = new ArrayList<>();
        MessageCursor cursor = stream.cursor(List.of());
        StoredMessage message = new StoredMessage();
        for (long at = 1; cursor.next(at, message); at = message.sequence() + 1) {
            there.add(message.sequence());
        }
        return there;
    }

    @Test
    void theOldestGoUntilTheBoundsHold() throws Exception {
        for (long seed = 1; seed <= SEEDS; seed++) {
            begin(seed);
            long below = random.nextBoolean() ? 0 : random.nextLong(stream.lastSequence() + 2);
            long most = random.nextBoolean() ? Long.MAX_VALUE : random.nextInt(60);
            long bytes = random.nextBoolean() ? Long.MAX_VALUE : random.nextInt(4000);
            CutRun run = stream.cutting(below, most, bytes);
            long removed = model.size();
            while (run.goOn(1 + random.nextInt(3))) {
                work();
            }
            long size = stream.surcharged(3, 0, 40);
            while (!model.isEmpty()
                    && (model.firstKey() < below
                            || model.size() > most
                            || model.size() * size > bytes)) {
                model.pollFirstEntry();
            }
            assertThat(sequences()).as("seed %d", seed).isEqualTo(List.copyOf(model.keySet()));
            assertThat(run.removed()).as("seed %d", seed).isEqualTo(removed - model.size());
        }
    }
}
