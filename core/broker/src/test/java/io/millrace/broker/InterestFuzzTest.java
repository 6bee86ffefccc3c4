package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.millrace.protocol.Subjects;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whatever comes and goes, the tree finds what a list would find. A line "+a.* q" subscribes, "-1"
 * ends the second of those in force, anything else is a subject that is published to.
 */
final class InterestFuzzTest {
    @FuzzTest(maxDuration = "2m")
    void matchesLikeANaiveList(byte[] input) {
        Interest interest = new Interest();
        List<Subscription> active = new ArrayList<>();
        MatchResult reused = new MatchResult();
        int sid = 0;
        for (String line : new String(input, StandardCharsets.UTF_8).split("\n", -1)) {
            if (line.startsWith("+")) {
                String[] words = line.substring(1).split(" ", 2);
                if (Subjects.isValid(words[0])) {
                    Subscription added =
                            new Subscription(
                                    Nobody.INSTANCE,
                                    words[0].getBytes(StandardCharsets.UTF_8),
                                    Integer.toString(sid++).getBytes(StandardCharsets.UTF_8),
                                    words.length == 2 ? words[1] : null,
                                    false);
                    interest.add(added);
                    active.add(added);
                }
            } else if (line.startsWith("-") && !active.isEmpty()) {
                interest.remove(active.remove(Math.floorMod(line.hashCode(), active.size())));
            } else {
                assertThat(found(interest, line, reused)).isEqualTo(expected(active, line));
            }
            assertThat(interest.size()).isEqualTo(active.size());
        }
        active.forEach(interest::remove);
        assertThat(interest.root().isEmpty()).as("an empty tree keeps no node").isTrue();
    }

    private static Set<String> found(Interest interest, String subject, MatchResult result) {
        byte[] bytes = subject.getBytes(StandardCharsets.UTF_8);
        result.clear();
        interest.match(bytes, 0, bytes.length, result);
        Set<String> found = new TreeSet<>();
        for (int i = 0; i < result.plainCount(); i++) {
            assertThat(found.add(result.plain(i).sid())).isTrue();
        }
        for (int g = 0; g < result.groupCount(); g++) {
            Set<String> names = new TreeSet<>();
            for (int i = 0; i < result.groupSize(g); i++) {
                Subscription member = result.member(g, i);
                names.add(Objects.requireNonNull(member.queue()));
                assertThat(found.add(member.sid())).isTrue();
            }
            assertThat(names).hasSize(1);
        }
        return found;
    }

    private static Set<String> expected(List<Subscription> active, String subject) {
        Set<String> expected = new TreeSet<>();
        for (Subscription subscription : active) {
            if (NaiveMatcher.covers(subscription.subject(), subject)) {
                expected.add(subscription.sid());
            }
        }
        return expected;
    }
}
