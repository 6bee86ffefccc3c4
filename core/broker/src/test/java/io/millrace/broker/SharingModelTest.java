package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.SimulatedPeer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random imports between four accounts, random subscriptions and publications: everybody hears what
 * a model says that follows each import by hand, and nothing else.
 */
final class SharingModelTest {
    private static final int ACCOUNTS = 4;
    private static final int STEPS = 250;
    private static final String[] SHAPES = {"st.>", "x.*.*", "one", "*.y.>"};

    @TempDir Path folder;

    static LongStream seeds() {
        return Seeds.orElse(25);
    }

    /** One import of the model. {@code name} is what here is put before or changed. */
    private record Taken(int importer, int exporter, String subject, String name, boolean service) {
        String here() {
            return name.equals("swap") ? "z.$2.$1" : name + "." + subject;
        }

        String pattern() {
            return name.equals("swap") ? "z.*.*" : name + "." + subject;
        }

        String toHere(String theirs) {
            String[] t = theirs.split("\\.", -1);
            return name.equals("swap") ? "z." + t[2] + "." + t[1] : name + "." + theirs;
        }

        String toThere(String ours) {
            String[] t = ours.split("\\.", -1);
            return name.equals("swap")
                    ? "x." + t[2] + "." + t[1]
                    : ours.substring(name.length() + 1);
        }
    }

    private record Wanted(int account, String sid, String pattern) {}

    @ParameterizedTest
    @MethodSource("seeds")
    void everybodyHearsWhatTheModelSays(long seed) {
        Random random = new Random(seed);
        List<Taken> taken = imports(random);
        SharedAccounts shared = new SharedAccounts(folder, configuration(taken), seed);
        List<SimulatedPeer> peers = new ArrayList<>();
        for (int i = 0; i < ACCOUNTS; i++) {
            peers.add(shared.client("u" + i));
        }
        List<Wanted> wanted = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            int account = random.nextInt(ACCOUNTS);
            int kind = random.nextInt(10);
            if (kind < 3) {
                Wanted more = new Wanted(account, "" + step, pattern(random, taken));
                wanted.add(more);
                shared.say(peers.get(account), "SUB " + more.pattern() + " " + more.sid() + "\n");
            } else if (kind == 3 && !wanted.isEmpty()) {
                Wanted less = wanted.remove(random.nextInt(wanted.size()));
                shared.say(peers.get(less.account()), "UNSUB " + less.sid() + "\n");
            } else {
                String subject = literal(random, pattern(random, taken));
                List<List<String>> expected = new ArrayList<>();
                peers.forEach(peer -> expected.add(new ArrayList<>()));
                publish(account, subject, taken, wanted, expected);
                peers.get(account).say("PUB " + subject + " 0\r\n\r\n");
                shared.world.loop.settle();
                for (int i = 0; i < ACCOUNTS; i++) {
                    assertThat(heard(peers.get(i)))
                            .as(
                                    "seed %d step %d: %s in %d heard in %d",
                                    seed, step, subject, account, i)
                            .containsExactlyInAnyOrderElementsOf(expected.get(i));
                }
            }
        }
    }

    /** From accounts with a smaller number only, so that nothing goes round. */
    private static List<Taken> imports(Random random) {
        List<Taken> taken = new ArrayList<>();
        for (int importer = 1; importer < ACCOUNTS; importer++) {
            int count = random.nextInt(4);
            for (int i = 0; i < count; i++) {
                String shape = SHAPES[random.nextInt(SHAPES.length)];
                String name =
                        shape.equals("x.*.*") && random.nextBoolean()
                                ? "swap"
                                : "p" + random.nextInt(2);
                Taken one =
                        new Taken(
                                importer,
                                random.nextInt(importer),
                                shape,
                                name,
                                random.nextBoolean());
                if (taken.stream().noneMatch(o -> isSame(o, one))) {
                    taken.add(one);
                }
            }
        }
        return taken;
    }

    private static boolean isSame(Taken one, Taken other) {
        return one.importer() == other.importer() && one.here().equals(other.here());
    }

    private static String configuration(List<Taken> taken) {
        StringBuilder text = new StringBuilder();
        for (int account = 0; account < ACCOUNTS; account++) {
            text.append("U" + account + " { users: [{user: u" + account + ", password: p}]\n");
            text.append("exports: [{stream: \">\"}, {service: \">\"}], imports: [");
            for (Taken one : taken) {
                if (one.importer() == account) {
                    text.append(one.service() ? "{service: " : "{stream: ")
                            .append("{account: U" + one.exporter())
                            .append(", subject: \"" + one.subject() + "\"}")
                            .append(", to: \"" + one.here() + "\"}\n");
                }
            }
            text.append("] }\n");
        }
        return text.toString();
    }

    private static String pattern(Random random, List<Taken> taken) {
        String[] start = {"st.a", "x.*.b", "x.a.*", "one", ">", "*", "*.*", "q.y.>", "*.y.b"};
        String pattern = start[random.nextInt(start.length)];
        if (!taken.isEmpty() && random.nextInt(3) > 0) {
            Taken one = taken.get(random.nextInt(taken.size()));
            pattern = random.nextBoolean() ? one.pattern() : one.subject();
            if (random.nextInt(3) == 0) {
                pattern = "p" + random.nextInt(2) + "." + pattern;
            }
        }
        return random.nextInt(3) == 0 ? pattern.replaceFirst("\\*", "a") : pattern;
    }

    private static String literal(Random random, String pattern) {
        String[] words = {"a", "b", "y"};
        StringBuilder literal = new StringBuilder();
        for (String token : pattern.split("\\.", -1)) {
            literal.append(literal.isEmpty() ? "" : ".");
            literal.append(
                    token.equals("*") || token.equals(">")
                            ? words[random.nextInt(words.length)]
                            : token);
        }
        return literal.toString();
    }

    /** A message in an account, from whatever it came but an import of streams. */
    private static void publish(
            int account,
            String subject,
            List<Taken> taken,
            List<Wanted> wanted,
            List<List<String>> expected) {
        hear(account, subject, taken, wanted, expected);
        for (Taken one : taken) {
            if (one.service() && one.importer() == account && covers(one.pattern(), subject)) {
                publish(one.exporter(), one.toThere(subject), taken, wanted, expected);
            }
        }
    }

    /** Those who hear it there, and by imports of streams elsewhere. */
    private static void hear(
            int account,
            String subject,
            List<Taken> taken,
            List<Wanted> wanted,
            List<List<String>> expected) {
        for (Wanted one : wanted) {
            if (one.account() == account && covers(one.pattern(), subject)) {
                expected.get(account).add(subject + " " + one.sid());
            }
        }
        for (Taken one : taken) {
            if (!one.service() && one.exporter() == account && covers(one.subject(), subject)) {
                hear(one.importer(), one.toHere(subject), taken, wanted, expected);
            }
        }
    }

    private static boolean covers(String pattern, String subject) {
        String[] p = pattern.split("\\.", -1);
        String[] s = subject.split("\\.", -1);
        for (int i = 0; i < p.length; i++) {
            if (p[i].equals(">")) {
                return i < s.length;
            }
            if (i >= s.length || !(p[i].equals("*") || p[i].equals(s[i]))) {
                return false;
            }
        }
        return p.length == s.length;
    }

    /** Subjects and sids of what came; the rest of a message does not matter here. */
    private static List<String> heard(SimulatedPeer peer) {
        List<String> all = new ArrayList<>();
        for (String line : peer.heard().split("\r\n", -1)) {
            if (line.startsWith("MSG ") || line.startsWith("HMSG ")) {
                String[] words = line.split(" ", -1);
                all.add(words[1] + " " + words[2]);
            }
        }
        return all;
    }
}
