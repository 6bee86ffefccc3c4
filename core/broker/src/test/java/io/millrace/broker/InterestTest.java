package io.millrace.broker;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class InterestTest {
    private final Interest interest = new Interest();
    private int sids;

    private Subscription add(String subject, @Nullable String queue) {
        Subscription subscription =
                new Subscription(
                        Nobody.INSTANCE,
                        bytes(subject),
                        bytes(Integer.toString(++sids)),
                        queue,
                        false);
        interest.add(subscription);
        return subscription;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The sids that cover the subject, by group; "" for the plain ones. */
    private Map<String, Set<String>> match(String subject, MatchResult result) {
        byte[] b = bytes("##" + subject + "##");
        result.clear();
        interest.match(b, 2, b.length - 4, result);
        Map<String, Set<String>> found = new TreeMap<>();
        for (int i = 0; i < result.plainCount(); i++) {
            put(found, "", result.plain(i));
        }
        for (int g = 0; g < result.groupCount(); g++) {
            for (int i = 0; i < result.groupSize(g); i++) {
                Subscription member = result.member(g, i);
                put(found, requireNonNull(member.queue()), member);
            }
        }
        return found;
    }

    private static void put(
            Map<String, Set<String>> found, String group, Subscription subscription) {
        assertThat(found.computeIfAbsent(group, g -> new TreeSet<>()).add(subscription.sid()))
                .as("%s is found once", subscription.sid())
                .isTrue();
    }

    private Set<String> plain(String subject) {
        return match(subject, new MatchResult()).getOrDefault("", Set.of());
    }

    @Test
    void wildcardsCoverWhatTheySay() {
        add("a.b", null);
        add("a.*", null);
        add("a.>", null);
        add(">", null);
        add("*.b", null);
        add("*", null);
        assertThat(plain("a.b")).containsExactly("1", "2", "3", "4", "5");
        assertThat(plain("a")).containsExactly("4", "6");
        assertThat(plain("a.c")).containsExactly("2", "3", "4");
        assertThat(plain("a.b.c")).containsExactly("3", "4");
        assertThat(plain("x.b")).containsExactly("4", "5");
    }

    @Test
    void aSubjectWithAnEmptyTokenReachesNobody() {
        add(">", null);
        add("*.*", null);
        assertThat(List.of("", ".", "a.", ".a", "a..b")).allMatch(s -> plain(s).isEmpty());
    }

    @Test
    void aPublicationToAWildcardReachesWildcardsOnly() {
        add("a.*", null);
        add("a.b", null);
        add("a.>", null);
        assertThat(plain("a.*")).containsExactly("1", "3");
        assertThat(plain("a.>")).containsExactly("1", "3");
    }

    @Test
    void membersOfOneGroupOnDifferentSubjectsAreOneGroup() {
        add("a.b", "q");
        add("a.*", "q");
        add("a.>", "r");
        assertThat(match("a.b", new MatchResult()))
                .isEqualTo(Map.of("q", Set.of("1", "2"), "r", Set.of("3")));
    }

    @Test
    void whatHasEndedTwiceHasEndedOnce() {
        Subscription first = add("a", null);
        add("a", null);
        interest.remove(first);
        interest.remove(first);
        assertThat(interest.size()).isEqualTo(1);
        assertThat(plain("a")).containsExactly("2");
        assertThat(first.isActive()).isFalse();
    }

    @Test
    void everyChangeIsSeenInTheVersion() {
        long empty = interest.version();
        Subscription subscription = add("a", null);
        long added = interest.version();
        assertThat(added).isNotEqualTo(empty);
        interest.remove(subscription);
        assertThat(interest.version()).isNotEqualTo(added).isNotEqualTo(empty);
    }

    @Test
    void randomInterestMatchesLikeANaiveList() {
        Seeds.orElse(20).forEach(this::randomSteps);
    }

    private void randomSteps(long seed) {
        Random random = new Random(seed);
        List<Subscription> active = new ArrayList<>();
        MatchResult reused = new MatchResult();
        int tokens = 2 + random.nextInt(40);
        for (int step = 0; step < 2_000; step++) {
            int choice = random.nextInt(10);
            // phases that grow and phases that shrink
            boolean growing = step / 250 % 2 == 0;
            if (choice < (growing ? 5 : 2)) {
                String queue = random.nextInt(3) == 0 ? "q" + random.nextInt(3) : null;
                active.add(add(pattern(random, tokens), queue));
            } else if (choice < 7 && !active.isEmpty()) {
                interest.remove(active.remove(random.nextInt(active.size())));
            } else {
                String subject = subject(random, tokens);
                Map<String, Set<String>> expected = new TreeMap<>();
                for (Subscription subscription : active) {
                    if (NaiveMatcher.covers(subscription.subject(), subject)) {
                        String queue = subscription.queue();
                        put(expected, queue == null ? "" : queue, subscription);
                    }
                }
                assertThat(match(subject, reused))
                        .as("-Dmillrace.seed=%d step %d subject %s", seed, step, subject)
                        .isEqualTo(expected);
                assertThat(interest.hasInterest(bytes(subject), 0, bytes(subject).length))
                        .isEqualTo(!expected.isEmpty());
            }
            assertThat(interest.size()).isEqualTo(active.size());
        }
        Set<String> visited = new TreeSet<>();
        interest.forEach(subscription -> visited.add(subscription.sid()));
        assertThat(visited).hasSize(active.size());
        active.forEach(interest::remove);
        assertThat(interest.root().isEmpty())
                .as("-Dmillrace.seed=%d: an empty tree keeps no node", seed)
                .isTrue();
    }

    private static String subject(Random random, int tokens) {
        StringBuilder out = new StringBuilder("t" + random.nextInt(tokens));
        for (int i = random.nextInt(4); i > 0; i--) {
            out.append(".t").append(random.nextInt(tokens));
        }
        return random.nextInt(50) == 0 ? out + "." : out.toString();
    }

    private static String pattern(Random random, int tokens) {
        StringBuilder out = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            if (i == 0 && random.nextInt(5) == 0) {
                return out.append('>').toString();
            }
            out.append(random.nextInt(3) == 0 ? "*" : "t" + random.nextInt(tokens));
            out.append(i == 0 ? "" : ".");
        }
        return out.toString();
    }
}
