package io.millrace.auth;

import static io.millrace.auth.Permissions.Decision.ALLOWED;
import static io.millrace.auth.Permissions.Decision.FILTERED;
import static io.millrace.auth.Permissions.Decision.REFUSED;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.auth.Permissions.Rules;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What permissions allow: the rows of the published security notes, and a naive model. */
final class PermissionsTest {
    private static Permissions publishing(@Nullable List<String> allow, String... deny) {
        return new Permissions(new Rules(allow, List.of(deny)), Rules.ALL, 0, 0);
    }

    private static Permissions subscribing(@Nullable List<String> allow, String... deny) {
        return new Permissions(Rules.ALL, new Rules(allow, List.of(deny)), 0, 0);
    }

    private static boolean delivers(
            Permissions permissions, String subject, @Nullable String queue) {
        byte[] line = ("MSG " + subject + " 1").getBytes(StandardCharsets.UTF_8);
        return permissions.mayDeliver(
                line, 4, subject.getBytes(StandardCharsets.UTF_8).length, queue);
    }

    @Test
    void recordedLimitedUserIsServedAsRecorded() {
        Permissions limited =
                new Permissions(
                        new Rules(List.of("req.>", "q"), List.of("req.secret")),
                        new Rules(
                                List.of("_INBOX.>", "resp.*", "work q1", "foo"),
                                List.of("resp.no")),
                        2,
                        60_000_000_000L);
        assertThat(limited.mayPublish("q")).isTrue();
        assertThat(limited.mayPublish("req.a.b")).isTrue();
        assertThat(limited.mayPublish("other")).isFalse();
        assertThat(limited.mayPublish("req.secret")).isFalse();
        assertThat(limited.maySubscribe("foo", null)).isEqualTo(ALLOWED);
        assertThat(limited.maySubscribe("bar", null)).isEqualTo(REFUSED);
        assertThat(limited.maySubscribe("resp.no", null)).isEqualTo(REFUSED);
        assertThat(limited.maySubscribe("resp.*", null)).isEqualTo(FILTERED);
        assertThat(limited.maySubscribe("resp.>", null)).isEqualTo(REFUSED);
        assertThat(limited.maySubscribe("work", "q1")).isEqualTo(ALLOWED);
        assertThat(limited.maySubscribe("work", "q2")).isEqualTo(REFUSED);
        assertThat(limited.maySubscribe("work", null)).isEqualTo(REFUSED);
    }

    @Test
    void plainDenyHoldsForQueuesWhereverItStands() {
        List<String> denied = new ArrayList<>(List.of("admin.>", "> restricted"));
        for (int order = 0; order < 2; order++) {
            Permissions user =
                    new Permissions(Rules.ALL, new Rules(List.of(">"), List.copyOf(denied)), 0, 0);
            assertThat(user.maySubscribe("admin.secret", "workers")).isEqualTo(REFUSED);
            assertThat(user.maySubscribe("open", "workers")).isEqualTo(ALLOWED);
            assertThat(user.maySubscribe("open", "restricted")).isEqualTo(REFUSED);
            assertThat(user.maySubscribe(">", "workers")).isEqualTo(FILTERED);
            assertThat(delivers(user, "admin.secret", "workers")).isFalse();
            assertThat(delivers(user, "open", "workers")).isTrue();
            Collections.reverse(denied);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "*.secret,   foo.*,     foo.secret,  foo.open",
        "foo.*.bar,  foo.baz.*, foo.baz.bar, foo.baz.open",
        "*.*.bar,    foo.*.*,   foo.x.bar,   foo.x.open",
        "a.>,        *.b,       a.b,         c.b",
        "foo.restricted, foo.>, foo.restricted, foo.open",
    })
    void overlappingWildcardsAreAcceptedAndFiltered(
            String deny, String subject, String denied, String open) {
        Permissions user = subscribing(null, deny);
        for (String queue : new String[] {null, "workers"}) {
            assertThat(user.maySubscribe(subject, queue)).isEqualTo(FILTERED);
            assertThat(delivers(user, denied, queue)).isFalse();
            assertThat(delivers(user, open, queue)).isTrue();
        }
    }

    @Test
    void queueDenyIsForItsGroupsAlone() {
        Permissions user = subscribing(List.of(">"), "admin.secret work.*", "jobs  v2");
        assertThat(user.maySubscribe("admin.secret", "work.a")).isEqualTo(REFUSED);
        assertThat(user.maySubscribe("admin.*", "work.a")).isEqualTo(FILTERED);
        assertThat(delivers(user, "admin.secret", "work.a")).isFalse();
        assertThat(user.maySubscribe("admin.*", "other")).isEqualTo(ALLOWED);
        assertThat(delivers(user, "admin.secret", "other")).isTrue();
        assertThat(user.maySubscribe("admin.secret", null)).isEqualTo(ALLOWED);
        assertThat(user.maySubscribe("jobs", "v2")).isEqualTo(REFUSED);
    }

    @Test
    void queueNamesMayHaveWildcards() {
        Permissions user = subscribing(List.of("foo *.dev", "bar v1.>"), "> *.prod");
        assertThat(user.maySubscribe("foo", "v2.dev")).isEqualTo(ALLOWED);
        assertThat(user.maySubscribe("foo", "v2.prod")).isEqualTo(REFUSED);
        assertThat(user.maySubscribe("bar", "v1.a.b")).isEqualTo(ALLOWED);
        assertThat(user.maySubscribe("bar", "v1.prod")).isEqualTo(REFUSED);
        assertThat(user.maySubscribe("bar", "v1")).isEqualTo(REFUSED);
        assertThat(user.maySubscribe("foo", null)).isEqualTo(REFUSED);
    }

    @Test
    void blankEntriesMeanNothingAndTabsSeparate() {
        Permissions user =
                new Permissions(
                        new Rules(List.of("  ", "a"), List.of("\t", "")),
                        new Rules(List.of(" ", "b\tq"), List.of("   ")),
                        0,
                        0);
        assertThat(user.mayPublish("a")).isTrue();
        assertThat(user.mayPublish("b")).isFalse();
        assertThat(user.maySubscribe("b", "q")).isEqualTo(ALLOWED);
        assertThat(user.maySubscribe("b", "r")).isEqualTo(REFUSED);
    }

    @Test
    void emptyAllowListAllowsNothingAndNoListEverything() {
        assertThat(publishing(List.of()).mayPublish("a")).isFalse();
        assertThat(publishing(null).mayPublish("a")).isTrue();
        assertThat(subscribing(List.of()).maySubscribe("a", null)).isEqualTo(REFUSED);
        assertThat(subscribing(null).maySubscribe(">", null)).isEqualTo(ALLOWED);
    }

    @Test
    void whoMayAnswerMayPublishNothingElseUnlessSaid() {
        Permissions answering = new Permissions(Rules.ALL, Rules.ALL, 1, 5);
        assertThat(answering.mayPublish("a")).isFalse();
        assertThat(answering.allowsResponses()).isTrue();
        assertThat(answering.responsesMax()).isEqualTo(1);
        assertThat(answering.responsesExpireNanos()).isEqualTo(5);
        Permissions both = new Permissions(new Rules(List.of("a"), List.of()), Rules.ALL, -1, -1);
        assertThat(both.mayPublish("a")).isTrue();
        assertThat(both.mayPublish("b")).isFalse();
    }

    @Test
    void listsAreShownAsGiven() {
        Permissions user = subscribing(List.of("foo q", "bar"), "baz.*");
        assertThat(user.subscribeAllowed()).containsExactly("foo q", "bar");
        assertThat(user.subscribeDenied()).containsExactly("baz.*");
        assertThat(user.publishAllowed()).isEmpty();
        assertThat(user.publishDenied()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3", "20260629"})
    void agreesWithANaiveModel(long seed) {
        System.out.println("permissions seed " + seed);
        Random random = new Random(seed);
        List<String> literals = literals();
        for (int round = 0; round < 400; round++) {
            List<String> allow = random.nextInt(4) == 0 ? null : patterns(random);
            List<String> deny = patterns(random);
            Permissions publisher = new Permissions(new Rules(allow, deny), Rules.ALL, 0, 0);
            Permissions subscriber = new Permissions(Rules.ALL, new Rules(allow, deny), 0, 0);
            for (String subject : literals) {
                boolean allowed = allow == null || allow.stream().anyMatch(a -> covers(a, subject));
                boolean denied = deny.stream().anyMatch(d -> covers(d, subject));
                assertThat(publisher.mayPublish(subject))
                        .as("%s allow %s deny %s", subject, allow, deny)
                        .isEqualTo(allowed && !denied);
                assertThat(delivers(subscriber, subject, null)).isEqualTo(!denied);
            }
            String wanted = pattern(random);
            assertThat(subscriber.maySubscribe(wanted, null))
                    .as("%s allow %s deny %s", wanted, allow, deny)
                    .isEqualTo(modelDecision(wanted, allow, deny, literals));
        }
    }

    /* The model enumerates the literal subjects of three tokens over a small alphabet, one letter
     * more than patterns use: whether one pattern lies within another shows on them alone. */
    private static Permissions.Decision modelDecision(
            String wanted, @Nullable List<String> allow, List<String> deny, List<String> all) {
        List<String> reached = all.stream().filter(s -> covers(wanted, s)).toList();
        boolean within =
                allow == null
                        || allow.stream()
                                .anyMatch(a -> reached.stream().allMatch(s -> covers(a, s)));
        boolean whollyDenied =
                deny.stream().anyMatch(d -> reached.stream().allMatch(s -> covers(d, s)));
        boolean touched = reached.stream().anyMatch(s -> deny.stream().anyMatch(d -> covers(d, s)));
        if (!within || whollyDenied) {
            return REFUSED;
        }
        return touched ? FILTERED : ALLOWED;
    }

    private static List<String> literals() {
        List<String> all = new ArrayList<>();
        String[] tokens = {"a", "bb", "c"};
        for (String one : tokens) {
            all.add(one);
            for (String two : tokens) {
                all.add(one + "." + two);
                for (String three : tokens) {
                    all.add(one + "." + two + "." + three);
                    for (String four : tokens) {
                        all.add(one + "." + two + "." + three + "." + four);
                    }
                }
            }
        }
        return all;
    }

    private static List<String> patterns(Random random) {
        List<String> list = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            list.add(pattern(random));
        }
        return list;
    }

    private static String pattern(Random random) {
        StringBuilder text = new StringBuilder();
        int length = 1 + random.nextInt(3);
        for (int i = 0; i < length; i++) {
            text.append(i == 0 ? "" : ".");
            int kind = random.nextInt(5);
            if (kind == 4 && i == length - 1) {
                text.append('>');
            } else if (kind >= 3) {
                text.append('*');
            } else {
                text.append(random.nextBoolean() ? "a" : "bb");
            }
        }
        return text.toString();
    }

    private static boolean covers(String pattern, String literal) {
        String expression = pattern.replace(".", "\\.").replace("*", "[^.]+").replace(">", ".+");
        return literal.matches(expression);
    }
}
