package io.millrace.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.store.StoreOptions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One flipped bit anywhere in a store on real files, after a stop as it should be and after one in
 * the middle of it: at most the touched record is lost, and the loss is said everywhere.
 */
final class FlippedBitTest {
    private static final int FLIPS_PER_KIND = Integer.getInteger("millrace.flips", 30);
    private static final List<String> KINDS =
            List.of("millrace.store", ".journal", ".a", ".b", ".segment");
    private static final List<String> STREAMS = List.of("LOG", "WORK", "KV");
    private static final long SEQUENCES = 90;

    @TempDir Path directory;

    /** What clients can see of a store. */
    private record Contents(Map<String, Map<Long, String>> messages, String consumers) {
        static Contents of(EngineRig rig) {
            Map<String, Map<Long, String>> all = new TreeMap<>();
            for (String stream : STREAMS) {
                Map<Long, String> messages = new TreeMap<>();
                for (long sequence = 1; sequence <= SEQUENCES; sequence++) {
                    String message = rig.stored(stream, sequence);
                    if (!message.isEmpty()) {
                        messages.put(sequence, message);
                    }
                }
                all.put(stream, messages);
            }
            return new Contents(all, consumer(rig, "LOG", "C") + consumer(rig, "WORK", "W"));
        }

        private static String consumer(EngineRig rig, String stream, String name) {
            String info = rig.api("CONSUMER.INFO." + stream + "." + name, "");
            assertThat(info).contains("\"durable_name\":\"" + name + "\"");
            return info.substring(info.indexOf("\"delivered\""), info.indexOf("\"num_waiting\""))
                    .replaceAll(",?\"last_active\":\"[^\"]*\"", "");
        }
    }

    private static StoreOptions options() {
        StoreOptions tiny = StoreOptions.tiny();
        return new StoreOptions(
                0,
                16 << 10,
                1 << 20,
                tiny.checkpointIntervalNanos(),
                4096,
                24,
                512,
                tiny.maxPendingBytes(),
                tiny.openFiles(),
                tiny.loadedIndexes(),
                512,
                1 << 20);
    }

    private static void fill(EngineRig rig) {
        rig.stream("LOG", "log.>", "\"allow_direct\":true");
        rig.stream("WORK", "work.>", "\"retention\":\"workqueue\"");
        rig.stream("KV", "kv.>", "\"max_msgs_per_subject\":1,\"allow_rollup_hdrs\":true");
        rig.api("CONSUMER.CREATE.LOG.C", consumer("LOG", "C"));
        rig.api("CONSUMER.CREATE.WORK.W", consumer("WORK", "W"));
        for (int i = 1; i <= 80; i++) {
            rig.ask("log." + i % 5, "log entry " + i, "Number: " + i);
            rig.ask("work." + i, "piece of work " + i);
            rig.ask("kv." + i % 9, "value " + i);
            if (i % 4 == 0) {
                takeOne(rig, "LOG", "C");
                takeOne(rig, "WORK", "W");
            }
            if (i == 30 || i == 55) {
                rig.checkpoint();
            }
            if (i % 20 == 0) {
                rig.api("STREAM.MSG.DELETE.LOG", "{\"seq\":" + (i - 3) + "}");
                rig.api("STREAM.PURGE.KV", "{\"filter\":\"kv." + i / 20 + "\"}");
            }
        }
    }

    private static String consumer(String stream, String name) {
        return "{\"stream_name\":\""
                + stream
                + "\",\"config\":{\"durable_name\":\""
                + name
                + "\",\"ack_policy\":\"explicit\"}}";
    }

    private static void takeOne(EngineRig rig, String stream, String consumer) {
        rig.takeReplies();
        rig.ask("$JS.API.CONSUMER.MSG.NEXT." + stream + "." + consumer, "1");
        rig.takeReplies().forEach(reply -> rig.ask(reply, "+ACK"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void costsAtMostTheRecordItTouchesAndIsSaid(boolean clean) throws Exception {
        Path origin = directory.resolve("origin");
        EngineRig rig = new EngineRig(options(), origin);
        fill(rig);
        if (clean) {
            rig.stop();
        }
        Path image = directory.resolve("image");
        copy(origin, image);
        EngineRig whole = new EngineRig(options(), copy(image, directory.resolve("whole")));
        assertThat(whole.warnings).isEmpty();
        Contents expected = Contents.of(whole);
        whole.stop();
        SplittableRandom random = new SplittableRandom(clean ? 21 : 22);
        int flips = 0;
        for (String kind : KINDS) {
            List<Path> files = files(image, kind);
            for (int i = 0; i < FLIPS_PER_KIND && !files.isEmpty(); i++) {
                Path file = files.get(i % files.size());
                long bit = random.nextLong(used(file) * 8);
                String what = image.relativize(file) + " bit " + bit + (clean ? "" : " unclean");
                Path damaged = copy(image, directory.resolve("flip" + flips++));
                flip(damaged.resolve(image.relativize(file)), bit);
                check(damaged, what, expected);
                delete(damaged);
            }
        }
        assertThat(flips).isGreaterThan(4 * FLIPS_PER_KIND - 1);
    }

    private static void check(Path damaged, String what, Contents expected) throws Exception {
        EngineRig rig = new EngineRig(options(), damaged);
        rig.listen("$JS.EVENT.ADVISORY.STREAM.MESSAGES_LOST.>");
        rig.listenInSystem("$JS.EVENT.ADVISORY.SERVER.>");
        Contents found = Contents.of(rig);
        rig.scrub();
        rig.pass(Duration.ofSeconds(6));
        assertThat(Contents.of(rig)).as("the same after the scrub: %s", what).isEqualTo(found);
        List<String> missing = new ArrayList<>();
        List<String> back = new ArrayList<>();
        for (String stream : STREAMS) {
            compare(stream, expected, found, missing, back);
            compare(stream, found, expected, back, missing);
        }
        assertThat(missing.size()).as("%s: %s", what, missing).isLessThanOrEqualTo(1);
        if (!missing.isEmpty()) {
            assertThat(back).as(what).isEmpty();
        }
        boolean same = found.equals(expected);
        if (!same) {
            assertIsSaid(rig, what + ": lost " + missing + ", back " + back, missing);
        }
        for (String stream : STREAMS) {
            assertThat(rig.ask(stream.toLowerCase(java.util.Locale.ROOT) + ".9", "behind it"))
                    .as(what)
                    .contains("\"seq\":");
        }
        rig.stop();
    }

    /** Adds to {@code missing} what the second lacks. */
    private static void compare(
            String stream,
            Contents one,
            Contents other,
            List<String> missing,
            List<String> different) {
        Map<Long, String> others = other.messages().getOrDefault(stream, Map.of());
        one.messages()
                .getOrDefault(stream, Map.of())
                .forEach(
                        (sequence, message) -> {
                            String there = others.get(sequence);
                            if (there == null) {
                                missing.add(stream + " " + sequence);
                            } else if (!there.equals(message)) {
                                different.add(stream + " " + sequence + " says " + there);
                            }
                        });
    }

    private static void assertIsSaid(EngineRig rig, String what, List<String> missing) {
        assertThat(rig.warnings).as("log: %s", what).isNotEmpty();
        assertThat(rig.heard).as("advisory: %s", what).isNotEmpty();
        long lost = rig.engine().health().stream().mapToLong(StreamHealth::lost).sum();
        assertThat(lost + rig.engine().view().lost().size()).as("health: %s", what).isPositive();
        for (String message : missing) {
            String stream = message.substring(0, message.indexOf(' '));
            String sequence = message.substring(message.indexOf(' ') + 1);
            assertThat(rig.api("STREAM.INFO." + stream, ""))
                    .as("info: %s", what)
                    .contains("\"lost\":{\"msgs\":[" + sequence + "],");
        }
    }

    private static List<Path> files(Path root, String kind) throws IOException {
        List<Path> all = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(root)) {
            walk.filter(file -> file.toString().endsWith(kind) && Files.isRegularFile(file))
                    .sorted()
                    .forEach(all::add);
        }
        all.removeIf(file -> file.toFile().length() == 0);
        return all;
    }

    /** How much of a file is written: what is behind it are zeros that nobody reads. */
    private static long used(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        int end = content.length;
        while (end > 1 && content[end - 1] == 0) {
            end--;
        }
        return end;
    }

    private static void flip(Path file, long bit) throws IOException {
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
            open.seek(bit / 8);
            int there = open.read();
            open.seek(bit / 8);
            open.write(there ^ 1 << (int) (bit % 8));
        }
    }

    private static Path copy(Path from, Path to) throws IOException {
        try (Stream<Path> walk = Files.walk(from)) {
            for (Path each : walk.toList()) {
                Path target = to.resolve(from.relativize(each).toString());
                if (Files.isDirectory(each)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(each, target);
                }
            }
        }
        return to;
    }

    private static void delete(Path root) throws IOException {
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path each : walk.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
