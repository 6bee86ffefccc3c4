package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.DiskException;
import io.millrace.runtime.Log;
import io.millrace.runtime.Randomness;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.SimulatedCrash;
import io.millrace.testkit.SimulatedDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** One store on a simulated disk, driven by a seed, against a model. */
final class StoreSimulation implements CommitListener {
    static final Path ROOT = Path.of("/data/store");
    private static final String[] TOKENS = {"a", "b", "c", "a-x", "zz", "a/", "1"};

    private final long seed;
    private final SplittableRandom random;
    private final SimulatedDisk disk;
    private final ManualClock clock = new ManualClock();
    private final Map<Integer, StreamModel> models = new TreeMap<>();
    private final StoredMessage message = new StoredMessage();
    private final boolean faults;
    private Store store;
    private long confirmed;
    private boolean tornBatchSeen;
    private int crashes;
    private int refused;

    StoreSimulation(long seed, boolean faults) {
        this.seed = seed;
        this.faults = faults;
        random = new SplittableRandom(seed);
        disk = new SimulatedDisk(random.nextLong());
    }

    int crashes() {
        return crashes;
    }

    int refused() {
        return refused;
    }

    void run(int steps) throws Exception {
        open();
        for (int i = 0; i < steps; i++) {
            try {
                step();
            } catch (SimulatedCrash e) {
                disk.crash();
                reopen();
            } catch (StoreException e) {
                refused++;
                assertThat(faults).as("refused without a fault: %s", e.getMessage()).isTrue();
            }
        }
        disk.heal();
        clock.advance(Duration.ofSeconds(5));
        disk.crash();
        reopen();
    }

    private void open() throws Exception {
        while (true) {
            try {
                store =
                        Store.open(
                                disk,
                                ROOT,
                                StoreOptions.tiny(),
                                clock,
                                Log.none(),
                                Randomness.seeded(random.nextLong()),
                                Runnable::run);
                store.listen(Runnable::run, this);
                confirmed = store.committed();
                return;
            } catch (SimulatedCrash e) {
                disk.crash();
            }
        }
    }

    private void reopen() throws Exception {
        crashes++;
        disk.heal();
        long known = confirmed;
        if (random.nextInt(6) == 0) {
            disk.crashAfter(1 + random.nextInt(12));
        }
        open();
        disk.crashAfter(Long.MAX_VALUE);
        if (random.nextBoolean()) {
            clock.advance(Duration.ofSeconds(2)); // the checkpoint after an opening is due
        }
        verifyRecovered(known);
    }

    @Override
    public void committed(long number) {
        confirmed = Math.max(confirmed, number);
    }

    @Override
    public void commitFailed(StoreException reason) {
        assertThat(faults).as("commit failed: %s", reason.getMessage()).isTrue();
    }

    private void step() throws Exception {
        int dice = random.nextInt(100);
        if (dice < 7) {
            appendGroup();
        } else if (dice < 45) {
            append();
        } else if (dice < 60) {
            store.commitWork();
        } else if (dice < 72) {
            clock.advance(Duration.ofMillis(random.nextInt(2000)));
            if (random.nextInt(8) == 0) {
                store.requestCheckpoint();
            }
            store.keeperWork();
        } else if (dice < 78) {
            delete();
        } else if (dice < 81) {
            purge();
        } else if (dice < 84) {
            createOrDrop();
        } else if (dice < 92) {
            state();
        } else if (dice < 95) {
            checkStream(anyStream());
        } else if (dice < 96 && anyStream() != null) {
            stream(anyStream()).unload();
        } else if (dice < 98) {
            trouble();
        } else {
            disaster();
        }
    }

    private void trouble() {
        if (!faults) {
            return;
        }
        switch (random.nextInt(4)) {
            case 0 -> disk.capacity(disk.usedBytes() + random.nextInt(8192));
            case 1 -> {
                List<SimulatedDisk.Call> calls = List.of(SimulatedDisk.Call.values());
                SimulatedDisk.Call bad = calls.get(random.nextInt(calls.size()));
                long dice = random.nextLong();
                SplittableRandom own = new SplittableRandom(dice);
                if (bad != SimulatedDisk.Call.READ && bad != SimulatedDisk.Call.OPEN) {
                    disk.fault(
                            (call, path) ->
                                    call == bad && own.nextInt(3) == 0
                                            ? DiskException.Code.IO
                                            : null);
                }
            }
            default -> disk.heal();
        }
    }

    private void disaster() throws Exception {
        switch (random.nextInt(5)) {
            case 0 -> {
                disk.crash();
                reopen();
            }
            case 1 -> {
                disk.kill();
                reopen();
            }
            case 2 -> {
                disk.heal();
                clock.advance(Duration.ofSeconds(2));
                store.close();
                confirmed = Math.max(confirmed, store.committed());
                reopen();
            }
            default -> disk.crashAfter(1 + random.nextInt(40));
        }
    }

    private StreamModel anyStream() {
        List<StreamModel> live = new ArrayList<>();
        models.values().forEach(m -> addIf(live, m));
        return live.isEmpty() ? null : live.get(random.nextInt(live.size()));
    }

    private static void addIf(List<StreamModel> live, StreamModel model) {
        if (model.dropped == StreamModel.NEVER) {
            live.add(model);
        }
    }

    private StreamStore stream(StreamModel model) {
        return store.streams().stream().filter(s -> s.id() == model.id).findFirst().orElseThrow();
    }

    private String subject() {
        StringBuilder subject = new StringBuilder();
        int depth = 1 + random.nextInt(3);
        for (int i = 0; i < depth; i++) {
            subject.append(i == 0 ? "" : ".").append(TOKENS[random.nextInt(TOKENS.length)]);
        }
        return subject.toString();
    }

    private String filter() {
        if (random.nextInt(10) == 0) {
            return ">";
        }
        String[] tokens = subject().split("\\.", -1);
        for (int i = 0; i < tokens.length; i++) {
            if (random.nextInt(3) == 0) {
                tokens[i] = i == tokens.length - 1 && random.nextBoolean() ? ">" : "*";
            }
        }
        return String.join(".", tokens);
    }

    private void append() throws StoreException {
        StreamModel model = anyStream();
        if (model == null) {
            createOrDrop();
            return;
        }
        int burst = 1 + random.nextInt(4);
        for (int i = 0; i < burst; i++) {
            long gap = random.nextInt(20) == 0 ? random.nextInt(5) : 0;
            long sequence = model.lastSequence + 1 + gap;
            String subject = subject();
            String headers = random.nextInt(4) == 0 ? "NATS/1.0\r\nX: y\r\n\r\n" : "";
            String payload = "p" + sequence + "-" + "x".repeat(random.nextInt(120));
            if (random.nextInt(100) == 0) {
                payload = "big" + sequence + "y".repeat(3000);
            }
            long number =
                    stream(model)
                            .append(
                                    sequence,
                                    clock.epochNanos(),
                                    StreamModel.bytes(subject),
                                    StreamModel.bytes(headers),
                                    StreamModel.bytes(payload));
            model.messages.put(sequence, new StreamModel.Entry(subject, headers, payload, number));
            model.lastSequence = sequence;
        }
    }

    private void appendGroup() throws StoreException {
        StreamModel model = anyStream();
        if (model == null) {
            return;
        }
        MessageGroup group = new MessageGroup();
        List<StreamModel.Entry> entries = new ArrayList<>();
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            String subject = subject();
            String payload = "g" + i + "-" + "z".repeat(random.nextInt(random.nextInt(2000) + 1));
            byte[] name = StreamModel.bytes(subject);
            byte[] body = StreamModel.bytes(payload);
            group.add(name, 0, name.length, body, 0, 0, body, 0, body.length);
            entries.add(new StreamModel.Entry(subject, "", payload, 0));
        }
        long number = group.appendTo(stream(model), clock.epochNanos());
        for (StreamModel.Entry each : entries) {
            StreamModel.Entry stored =
                    new StreamModel.Entry(each.subject, "", each.payload, number);
            stored.group = model.lastSequence + 1 - entries.indexOf(each);
            model.messages.put(++model.lastSequence, stored);
        }
    }

    private void delete() throws StoreException {
        StreamModel model = anyStream();
        if (model == null || model.messages.isEmpty()) {
            return;
        }
        List<Long> live = model.live();
        if (live.isEmpty()) {
            return;
        }
        boolean front = random.nextBoolean();
        long sequence = live.get(front ? 0 : random.nextInt(live.size()));
        boolean erase = random.nextInt(10) == 0;
        long number = erase ? stream(model).secureErase(sequence) : stream(model).delete(sequence);
        assertThat(number).as("delete of %d", sequence).isNotNegative();
        model.messages.get(sequence).deleted = number;
        assertThat(stream(model).delete(sequence)).isEqualTo(-1);
    }

    private void purge() throws StoreException {
        StreamModel model = anyStream();
        if (model == null) {
            return;
        }
        StreamStore stream = stream(model);
        long before = stream.messages();
        long below = random.nextInt(3) == 0 ? 1 + random.nextLong(model.lastSequence + 1) : 0;
        long keep = random.nextInt(3) == 0 ? random.nextInt(5) : 0;
        String filter = random.nextBoolean() ? null : filter();
        List<Long> matching = new ArrayList<>();
        for (long sequence : model.live()) {
            if (filter == null
                    || StreamModel.matches(filter, model.messages.get(sequence).subject)) {
                matching.add(sequence);
            }
        }
        List<Long> gone = new ArrayList<>();
        for (int i = 0; i < matching.size() - keep; i++) {
            if (below == 0 || matching.get(i) < below) {
                gone.add(matching.get(i));
            }
        }
        long removed = stream.purge(filter == null ? null : SubjectFilter.of(filter), below, keep);
        for (long sequence : gone) {
            model.messages.get(sequence).deleted = stream.lastNumber();
        }
        assertThat(removed)
                .as("purged %s below %d keep %d of %d", filter, below, keep, before)
                .isEqualTo(gone.size());
    }

    private void createOrDrop() throws StoreException {
        StreamModel victim = anyStream();
        if (victim != null && random.nextInt(4) == 0) {
            victim.dropped = store.dropStream(stream(victim));
            return;
        }
        if (store.streams().size() >= 5) {
            return;
        }
        boolean inMemory = random.nextInt(6) == 0;
        StreamStore made =
                store.createStream(StreamModel.bytes("{\"n\":1}"), inMemory, Runnable::run);
        models.put(made.id(), new StreamModel(made.id(), inMemory, made.lastNumber()));
    }

    private void state() throws StoreException {
        StreamModel model = anyStream();
        if (model == null || model.inMemory) {
            return;
        }
        StreamStore stream = stream(model);
        List<StateLog> states = stream.states();
        if (states.isEmpty() || (states.size() < 3 && random.nextInt(5) == 0)) {
            StateLog made = stream.createState(StreamModel.bytes("c"));
            model.states.put(made.id(), new ArrayList<>());
            model.statesCreated.put(made.id(), made.lastNumber());
            return;
        }
        StateLog state = states.get(random.nextInt(states.size()));
        if (random.nextInt(20) == 0) {
            model.statesDropped.put(state.id(), state.drop());
            return;
        }
        List<StreamModel.Change> changes = model.states.get(state.id());
        String text = "[" + state.id() + ":" + changes.size() + "]";
        byte[] bytes = StreamModel.bytes(text);
        changes.add(new StreamModel.Change(text, state.change(bytes, 0, bytes.length)));
        if (random.nextInt(10) == 0) {
            // From here on the caller keeps the state itself.
            state.source(() -> StreamModel.bytes(joined(changes)));
        }
    }

    private static String joined(List<StreamModel.Change> changes) {
        StringBuilder all = new StringBuilder();
        changes.forEach(change -> all.append(change.text()));
        return all.toString();
    }

    /** After a crash: everything confirmed is there, nothing removed is, the rest is consistent. */
    private void verifyRecovered(long known) throws Exception {
        RecoveryReport report = store.report();
        assertThat(report.lostRecords()).as("lost of %s", report).isZero();
        assertThat(report.lostCheckpointRecords()).as("lost of %s", report).isZero();
        tornBatchSeen |= report.uncertainRecords() > 0;
        Map<Integer, StreamModel> recovered = new TreeMap<>();
        for (StreamStore stream : store.streams()) {
            StreamModel model = models.get(stream.id());
            assertThat(model).as("stream %d was never made", stream.id()).isNotNull();
            assertThat(model.dropped).as("stream %d is back", stream.id()).isGreaterThan(known);
            recovered.put(stream.id(), verifyStream(stream, model, known));
        }
        for (StreamModel model : models.values()) {
            if (model.created <= known && model.dropped == StreamModel.NEVER) {
                assertThat(recovered).as("streams after %s", report).containsKey(model.id);
            }
        }
        models.clear();
        models.putAll(recovered);
        for (StreamModel model : models.values()) {
            checkStream(model);
        }
    }

    private StreamModel verifyStream(StreamStore stream, StreamModel model, long known)
            throws StoreException {
        StreamModel kept = new StreamModel(model.id, model.inMemory, 0);
        if (model.inMemory) {
            assertThat(stream.messages()).isZero();
            return kept;
        }
        if (!tornBatchSeen) {
            assertThat(stream.lost()).as("lost of stream %d", model.id).isZero();
        }
        Map<Long, Boolean> groups = new TreeMap<>();
        model.messages.forEach(
                (sequence, entry) -> {
                    boolean there = isThere(stream, sequence);
                    if (entry.appended <= known && entry.deleted == StreamModel.NEVER) {
                        assertThat(there).as("confirmed %d/%d", model.id, sequence).isTrue();
                    }
                    if (entry.deleted <= known) {
                        assertThat(there).as("deleted %d/%d", model.id, sequence).isFalse();
                    }
                    if (entry.group != 0 && entry.deleted == StreamModel.NEVER) {
                        assertThat(groups.computeIfAbsent(entry.group, any -> there))
                                .as("all or none of group %d/%d", model.id, entry.group)
                                .isEqualTo(there);
                    }
                    if (there) {
                        kept.messages.put(sequence, entry);
                        entry.deleted = StreamModel.NEVER;
                    }
                });
        long confirmedLast = 0;
        for (Map.Entry<Long, StreamModel.Entry> each : model.messages.entrySet()) {
            if (each.getValue().appended <= known) {
                confirmedLast = each.getKey();
            }
        }
        assertThat(stream.lastSequence())
                .as("last of %d", model.id)
                .isGreaterThanOrEqualTo(confirmedLast);
        kept.lastSequence = stream.lastSequence();
        verifyStates(stream, model, known, kept);
        return kept;
    }

    private boolean isThere(StreamStore stream, long sequence) {
        try {
            return stream.read(sequence, message);
        } catch (StoreException e) {
            throw new AssertionError(e);
        }
    }

    private static void verifyStates(
            StreamStore stream, StreamModel model, long known, StreamModel kept) {
        for (StateLog state : stream.states()) {
            List<StreamModel.Change> changes = model.states.get(state.id());
            assertThat(changes).as("state %d was never made", state.id()).isNotNull();
            assertThat(model.statesDropped.getOrDefault(state.id(), StreamModel.NEVER))
                    .as("state %d is back", state.id())
                    .isGreaterThan(known);
            StringBuilder found = new StringBuilder(StreamModel.text(state.recoveredWhole()));
            state.recoveredChanges().forEach(c -> found.append(StreamModel.text(c)));
            List<StreamModel.Change> there = new ArrayList<>();
            for (StreamModel.Change change : changes) {
                boolean has = found.indexOf(change.text()) >= 0;
                if (change.number() <= known) {
                    assertThat(has).as("change %s in %s", change, found).isTrue();
                }
                if (has) {
                    there.add(change);
                }
            }
            assertThat(found).hasToString(joined(there));
            kept.states.put(state.id(), new ArrayList<>(there));
            kept.statesCreated.put(state.id(), 0L);
        }
        model.statesCreated.forEach(
                (id, number) -> {
                    if (number <= known && !model.statesDropped.containsKey(id)) {
                        assertThat(kept.states).as("state").containsKey(id);
                    }
                });
    }

    /** Everything that can be asked of a stream, against the model. */
    private void checkStream(StreamModel model) throws StoreException {
        if (model == null) {
            return;
        }
        StreamStore stream = stream(model);
        List<Long> live = model.live();
        String what = "stream " + model.id + " of seed " + seed;
        assertThat(stream.messages()).as(what).isEqualTo(live.size());
        long bytes = 0;
        Map<String, Long> counts = new TreeMap<>();
        for (long sequence : live) {
            StreamModel.Entry entry = model.messages.get(sequence);
            assertThat(stream.read(sequence, message)).as("%s: %d", what, sequence).isTrue();
            assertThat(StreamModel.text(message.subject())).as(what).isEqualTo(entry.subject);
            assertThat(StreamModel.text(message.headers())).as(what).isEqualTo(entry.headers);
            assertThat(StreamModel.text(message.payload())).as(what).isEqualTo(entry.payload);
            bytes += entry.bytes();
            counts.merge(entry.subject, 1L, Long::sum);
        }
        if (!model.inMemory && stream.lost() == 0) {
            assertThat(stream.bytes()).as(what).isEqualTo(bytes);
        }
        if (!live.isEmpty()) {
            assertThat(stream.firstSequence()).as(what).isEqualTo(live.getFirst());
        }
        assertThat(stream.state().subjects()).as(what).isEqualTo(counts.size());
        checkFilter(stream, model, live, filter());
        checkLast(stream, model, live);
    }

    private void checkFilter(StreamStore stream, StreamModel model, List<Long> live, String filter)
            throws StoreException {
        List<Long> expected = new ArrayList<>();
        for (long sequence : live) {
            if (StreamModel.matches(filter, model.messages.get(sequence).subject)) {
                expected.add(sequence);
            }
        }
        String what = filter + " in stream " + model.id + " of seed " + seed;
        List<SubjectFilter> filters = List.of(SubjectFilter.of(filter));
        MessageCursor cursor = stream.cursor(filters);
        List<Long> found = new ArrayList<>();
        long from = 0;
        while (cursor.next(from, message)) {
            found.add(message.sequence());
            from = message.sequence() + 1;
        }
        assertThat(found).as(what).isEqualTo(expected);
        SubjectState state = stream.subjectState(filters.getFirst());
        assertThat(state.messages()).as(what).isEqualTo(expected.size());
        if (!expected.isEmpty()) {
            assertThat(state.firstSequence()).as(what).isEqualTo(expected.getFirst());
            assertThat(state.lastSequence()).as(what).isEqualTo(expected.getLast());
        }
        long middle = 1 + random.nextLong(model.lastSequence + 1);
        long behind = expected.stream().filter(s -> s >= middle).count();
        assertThat(stream.numPending(middle, filters))
                .as("from %d of %s", middle, what)
                .isEqualTo(behind);
    }

    private void checkLast(StreamStore stream, StreamModel model, List<Long> live)
            throws StoreException {
        if (live.isEmpty()) {
            return;
        }
        Map<String, Long> last = new TreeMap<>();
        live.forEach(sequence -> last.put(model.messages.get(sequence).subject, sequence));
        String subject = model.messages.get(live.get(random.nextInt(live.size()))).subject;
        assertThat(stream.lastBySubject(StreamModel.bytes(subject), message)).isTrue();
        assertThat(message.sequence()).isEqualTo(last.get(subject));
        long[] all = stream.lastPerSubject(List.of(SubjectFilter.of(">")), Long.MAX_VALUE, 1000);
        assertThat(all)
                .containsExactly(last.values().stream().mapToLong(l -> l).sorted().toArray());
    }
}
