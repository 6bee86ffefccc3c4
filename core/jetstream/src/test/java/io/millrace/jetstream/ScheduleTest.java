package io.millrace.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.GoTime;
import io.millrace.store.StoreException;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sentences and numbers are those that nats-server 2.15 has answered. */
class ScheduleTest {
    private static final String PATTERN = "10189 message schedules pattern is invalid";
    private static final String SCHEDULER = "10212 message schedules invalid scheduler";
    private static final String ROLLUP = "10192 message schedules invalid rollup";

    private EngineRig rig;

    @BeforeEach
    void start() throws StoreException {
        rig = new EngineRig();
        rig.stream("S", "s.*\",\"o.*", "\"allow_msg_schedules\":true,\"allow_msg_ttl\":true");
    }

    private String schedule(String subject, String pattern, String... more) {
        String[] all = java.util.Arrays.copyOf(more, more.length + 2);
        all[more.length] = "Nats-Schedule: " + pattern;
        all[more.length + 1] = "Nats-Schedule-Target: o.1";
        return rig.say(subject, "body", all);
    }

    private String in(Duration time) {
        return GoTime.rfc3339(rig.clock.epochNanos() + time.toNanos());
    }

    @Test
    void aDelayedMessageComesOnceAndItsScheduleGoes() {
        String at = in(Duration.ofSeconds(2));
        schedule("s.1", "@at " + at, "Nats-Schedule-TTL: 5m", "Own: kept", "Nats-TTL: 1h");
        assertThat(rig.stored("S", 1)).endsWith("|Nats-Rollup: sub|| body");
        rig.pass(Duration.ofMillis(1999));
        assertThat(rig.state("S")).isEqualTo("1 1 1");
        rig.pass(Duration.ofMillis(1));
        assertThat(rig.stored("S", 2))
                .isEqualTo(
                        "o.1 NATS/1.0|Own: kept|Nats-Scheduler: s.1|Nats-Schedule-Next: purge"
                                + "|Nats-TTL: 5m|| body");
        assertThat(rig.state("S")).isEqualTo("1 2 2");
        rig.pass(Duration.ofSeconds(60));
        assertThat(rig.state("S")).isEqualTo("1 2 2");
    }

    @Test
    void whatIsDueInThePastComesAtOnce() {
        schedule("s.1", "@at 2001-01-01T00:00:00Z", "Nats-Schedule-Rollup: sub");
        rig.settle();
        assertThat(rig.stored("S", 2)).contains("Nats-Schedule-Next: purge|Nats-Rollup: sub||");
    }

    @Test
    void anIntervalGoesOnUntilItIsEnded() {
        schedule("s.1", "@every 1s");
        rig.pass(Duration.ofSeconds(3));
        assertThat(rig.state("S")).isEqualTo("4 1 4");
        assertThat(rig.stored("S", 4))
                .contains("Nats-Schedule-Next: " + in(Duration.ofSeconds(1)) + "||");
        assertThat(rig.say("o.2", "", "Nats-Scheduler: s.1", "Nats-Schedule-Next: purge"))
                .startsWith("5");
        assertThat(rig.stored("S", 1)).isEmpty();
        rig.pass(Duration.ofSeconds(3));
        assertThat(rig.state("S")).isEqualTo("4 2 5");
    }

    @Test
    void aPatternIsReadInItsTimeZone() {
        // The clock stands at 2027-01-15 08:00:00 in UTC, 17:00 in Tokyo.
        schedule("s.1", "30 0 17 * * *", "Nats-Schedule-Time-Zone: Asia/Tokyo");
        rig.pass(Duration.ofSeconds(29));
        assertThat(rig.state("S")).isEqualTo("1 1 1");
        rig.pass(Duration.ofSeconds(1));
        assertThat(rig.stored("S", 2)).contains("Nats-Schedule-Next: 2027-01-16T17:00:30+09:00||");
        rig.pass(Duration.ofDays(2));
        assertThat(rig.state("S")).isEqualTo("4 1 4");
    }

    @Test
    void takesTheLastMessageOfItsSourceWhenThereIsOne() {
        schedule("s.1", "@every 1s", "Nats-Schedule-Source: o.9", "Own: schedule");
        rig.pass(Duration.ofSeconds(1));
        assertThat(rig.stored("S", 2)).startsWith("o.1 NATS/1.0|Own: schedule|");
        rig.say("o.9", "sampled", "Own: source", "Nats-Msg-Id: x", "Nats-TTL: 1h");
        rig.pass(Duration.ofSeconds(1));
        assertThat(rig.stored("S", 4))
                .startsWith("o.1 NATS/1.0|Own: source|Nats-Scheduler: s.1|")
                .endsWith("|| sampled");
    }

    @Test
    void anotherScheduleReplacesItAndAnythingElseEndsIt() {
        schedule("s.1", "@every 1s");
        schedule("s.1", "@every 5s");
        rig.pass(Duration.ofSeconds(5));
        assertThat(rig.state("S")).isEqualTo("2 2 3");
        rig.say("s.1", "plain");
        rig.pass(Duration.ofSeconds(20));
        assertThat(rig.state("S")).isEqualTo("3 2 4");
        assertThat(rig.say("o.2", "", "Nats-Scheduler: s.1", "Nats-Schedule-Next: purge"))
                .isEqualTo(SCHEDULER);
        schedule("s.2", "@every 1s");
        rig.api("STREAM.PURGE.S", "{\"filter\":\"s.2\"}");
        rig.pass(Duration.ofSeconds(5));
        assertThat(rig.state("S")).isEqualTo("3 2 5");
    }

    @Test
    void goesOnAfterACrashWithoutDoingAgainWhatWasDone() throws StoreException {
        schedule("s.1", "@every 10s");
        schedule("s.2", "@at " + in(Duration.ofSeconds(25)), "Nats-Schedule-Target: o.2");
        rig.pass(Duration.ofSeconds(12));
        assertThat(rig.state("S")).isEqualTo("3 1 3");
        rig.crash();
        rig.pass(Duration.ofSeconds(7));
        assertThat(rig.state("S")).isEqualTo("3 1 3");
        rig.pass(Duration.ofSeconds(1));
        assertThat(rig.state("S")).isEqualTo("4 1 4");
        rig.clock.advance(Duration.ofSeconds(60));
        rig.crash();
        // Both were due meanwhile: each is made up for once.
        assertThat(rig.state("S")).isEqualTo("5 1 6");
        rig.pass(Duration.ofSeconds(9));
        assertThat(rig.state("S")).isEqualTo("5 1 6");
    }

    @Test
    void refusesWhatIsNoSchedule() {
        assertThat(schedule("s.1", "whenever")).isEqualTo(PATTERN);
        assertThat(schedule("s.1", "@at yesterday")).isEqualTo(PATTERN);
        assertThat(schedule("s.1", "@every 999ms")).isEqualTo(PATTERN);
        assertThat(schedule("s.1", "@every 5s", "Nats-Schedule-Time-Zone: UTC")).isEqualTo(PATTERN);
        for (String zone : new String[] {"Mars/Base", "+02:00", "UTC+2", "utc", "Z", ""}) {
            assertThat(schedule("s.1", "@daily", "Nats-Schedule-Time-Zone: " + zone))
                    .as(zone)
                    .isEqualTo("10223 message schedules time zone is invalid");
        }
        assertThat(rig.say("s.1", "", "Nats-Schedule: @daily"))
                .isEqualTo("10190 message schedules target is invalid");
        for (String target : new String[] {"zzz", "s.1", "o.*", "o..x"}) {
            assertThat(
                            rig.say(
                                    "s.1",
                                    "",
                                    "Nats-Schedule: @daily",
                                    "Nats-Schedule-Target: " + target))
                    .as(target)
                    .isEqualTo("10190 message schedules target is invalid");
        }
        for (String source : new String[] {"zzz", "s.1", "o.*", "o.1"}) {
            assertThat(schedule("s.1", "@daily", "Nats-Schedule-Source: " + source))
                    .as(source)
                    .isEqualTo("10203 message schedules source is invalid");
        }
        assertThat(schedule("s.1", "@daily", "Nats-Schedule-TTL: x"))
                .isEqualTo("10191 message schedules invalid per-message TTL");
        assertThat(schedule("s.1", "@daily", "Nats-Schedule-Rollup: all")).isEqualTo(ROLLUP);
        assertThat(schedule("s.1", "@daily", "Nats-Rollup: all")).isEqualTo(ROLLUP);
        assertThat(rig.say("o.1", "", "Nats-Scheduler: s.1")).isEqualTo(SCHEDULER);
        assertThat(rig.say("o.1", "", "Nats-Scheduler: o.1", "Nats-Schedule-Next: purge"))
                .isEqualTo(SCHEDULER);
        rig.stream("N", "n", "\"max_msgs\":5");
        assertThat(rig.say("n", "", "Nats-Schedule: @daily", "Nats-Schedule-Target: n"))
                .isEqualTo("10188 message schedules is disabled");
    }

    @Test
    void patternsAreThoseOfCronWithSeconds() {
        for (String good :
                new String[] {
                    "@yearly",
                    "@midnight",
                    "* * * * * *",
                    "*/5 * * * * *",
                    "1,,2 * * * * *",
                    "5/10 * * * * *",
                    "1-10/3 * * * * *",
                    "0 0 0 29 2 *",
                    "0 0 0 * JAN-mar *",
                    "0 0 0 ? * sun",
                    "0 0 0 * * mon-fri",
                    "0\t0  0 * * *",
                    "+1 * * * * *",
                    "*-5 * * * * *"
                }) {
            assertThat(CronPattern.parse(good, ZoneOffset.UTC)).as(good).isNotNull();
        }
        for (String bad :
                new String[] {
                    "@Daily",
                    "@daily ",
                    "* * * * *",
                    "* * * * * * *",
                    "*/0 * * * * *",
                    "0-60 * * * * *",
                    "59-0 * * * * *",
                    "1- * * * * *",
                    "/5 * * * * *",
                    "0 0 24 * * *",
                    "0 0 0 0 * *",
                    "0 0 0 * january *",
                    "0 0 0 * * 7",
                    "0 0 0 L * *",
                    "1-2-3 * * * * *",
                    "1/2/3 * * * * *",
                    "mon * * * * *",
                    "** * * * * *",
                    "TZ=UTC * * * * * *"
                }) {
            assertThat(CronPattern.parse(bad, ZoneOffset.UTC)).as(bad).isNull();
        }
        assertThat(schedule("s.1", "0 0 0 31 2 *")).isEqualTo(PATTERN);
    }

    private static String next(String pattern, String zone, String from) throws Exception {
        CronPattern read = CronPattern.parse(pattern, ZoneId.of(zone));
        return String.valueOf(read.next(GoTime.epochNanos(from)).toOffsetDateTime());
    }

    @Test
    void theNextTimeIsFoundAcrossMonthsWeekdaysAndSummerTime() throws Exception {
        assertThat(next("0 0 0 1 1 *", "Z", "2026-11-27T21:00:00Z")).isEqualTo("2027-01-01T00:00Z");
        assertThat(next("0 30 4 1,15 * 5", "Z", "2026-11-27T21:00:00Z"))
                .isEqualTo("2026-12-01T04:30Z");
        assertThat(next("0 0 0 * * 0", "Z", "2026-11-27T21:00:00Z")).isEqualTo("2026-11-29T00:00Z");
        // A star with a step is no star: either day will do.
        assertThat(next("0 0 22 */2 * 1", "Z", "2026-11-27T21:00:00Z"))
                .isEqualTo("2026-11-27T22:00Z");
        assertThat(next("0 0 0 29 2 *", "Z", "2026-11-27T21:00:00Z"))
                .isEqualTo("2028-02-29T00:00Z");
        assertThat(next("0 0 12 * * *", "Europe/Berlin", "2027-03-27T12:00:00Z"))
                .isEqualTo("2027-03-28T12:00+02:00");
        assertThat(next("0 30 2 * * *", "Europe/Berlin", "2027-03-27T12:00:00Z"))
                .isEqualTo("2027-03-29T02:30+02:00");
    }
}
