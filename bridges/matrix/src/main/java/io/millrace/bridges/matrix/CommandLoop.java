package io.millrace.bridges.matrix;

import io.millrace.bridges.common.Fields;
import io.millrace.bridges.common.Surroundings;
import io.millrace.protocol.Json;
import io.millrace.protocol.JsonPage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rooms in which commands are given. A place in the rooms is remembered only when every
 * command up to it is in the stream; one that is read again after a crash is told by its event's
 * id. Run by one thread.
 */
final class CommandLoop {
    private static final Duration LONG_POLL = Duration.ofSeconds(25);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final int TIMELINE_MAX = 100;
    private static final String PART = "commands";

    private final CommandRule rule;
    private final CommandBoard board;
    private final Homeserver homeserver;
    private final TokenBucket bucket;
    private final Surroundings around;
    private final List<String> roomIds = new ArrayList<>();
    private String self = "";
    private boolean isReading;

    CommandLoop(
            CommandRule rule,
            CommandBoard board,
            Homeserver homeserver,
            TokenBucket bucket,
            Surroundings around) {
        this.rule = rule;
        this.board = board;
        this.homeserver = homeserver;
        this.bucket = bucket;
        this.around = around;
        around.health().trouble(PART, "are not read yet");
    }

    /** Until the program ends. */
    void run() {
        try {
            while (!around.pauses().isEnding()) {
                try {
                    step();
                } catch (IOException | RuntimeException failed) {
                    isReading = false;
                    String what =
                            failed instanceof IOException
                                    ? String.valueOf(failed.getMessage())
                                    : failed.toString();
                    if (around.health().trouble(PART, what)) {
                        around.log().warn("commands: " + what);
                    }
                    around.pauses().pause(RETRY_NANOS);
                }
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    void step() throws IOException, InterruptedException {
        if (self.isEmpty()) {
            enter();
        }
        String since = board.since();
        // The first answer says that the rooms are read, so it is not waited for.
        Duration wait = isReading ? LONG_POLL : Duration.ZERO;
        Answer answer = homeserver.sync(filter(), since, wait);
        if (answer.status() == 400 && since != null) {
            around.log().warn("Matrix does not know our place any more: reading goes on from now");
            answer = homeserver.sync(filter(), null, Duration.ZERO);
            since = null;
        }
        if (!(answer.outcome("next_batch") instanceof Outcome.Done(String next))) {
            pauseAsAsked(answer);
            throw new IOException(
                    "sync: Matrix says " + answer.status() + " " + answer.text("error"));
        }
        // At the very first start what was said before is not carried out.
        if (since != null) {
            for (String room : roomIds) {
                read(room, Fields.at(answer.body(), "rooms", "join", room, "timeline"));
            }
        }
        if (!next.equals(since)) {
            board.remember(next);
        }
        isReading = true;
        if (around.health().well(PART)) {
            around.log().info("commands are read");
        }
    }

    private void pauseAsAsked(Answer answer) throws InterruptedException {
        if (answer.retryNanos() > 0) {
            around.pauses().pause(answer.retryNanos());
        }
    }

    private void enter() throws IOException, InterruptedException {
        String user = value(homeserver.whoAmI());
        roomIds.clear();
        for (String room : rule.rooms()) {
            roomIds.add(value(homeserver.enter(room)));
        }
        self = user;
    }

    private static String value(Outcome outcome) throws IOException {
        return switch (outcome) {
            case Outcome.Done(String value) -> value;
            case Outcome.Later later -> throw new IOException(later.text());
            case Outcome.Refused refused -> throw new IOException(refused.text());
        };
    }

    private String filter() {
        JsonPage page = JsonPage.compact().object(null);
        none(page, "presence");
        none(page, "account_data");
        page.object("room").array("rooms");
        roomIds.forEach(id -> page.text(null, id));
        page.endArray();
        none(page, "state");
        none(page, "ephemeral");
        none(page, "account_data");
        page.object("timeline").number("limit", TIMELINE_MAX);
        page.array("types").text(null, "m.room.message").endArray();
        page.array("not_senders").text(null, self).endArray().endObject();
        return page.endObject().endObject().toString();
    }

    private static void none(JsonPage page, String what) {
        page.object(what).array("types").endArray().endObject();
    }

    private void read(String room, @Nullable Json timeline)
            throws IOException, InterruptedException {
        if (Fields.isTrue(timeline, "limited")) {
            around.log()
                    .warn("room " + room + " said more than is read at once: some is passed over");
            count("passed_over");
        }
        if (!(Fields.at(timeline, "events") instanceof Json.Array(List<Json> events))) {
            return;
        }
        for (Json event : events) {
            Command command = Command.of(room, event, rule.prefix());
            if (command != null) {
                handle(command, event);
            }
        }
    }

    private void handle(Command command, Json event) throws IOException, InterruptedException {
        if (!rule.users().contains(command.user())) {
            count("stranger");
            around.log()
                    .warn("a command of " + command.user() + ", who is not listed, is not heard");
            return;
        }
        if (!rule.commands().isEmpty() && !rule.commands().contains(command.name())) {
            count("unknown");
            reply(command, "there is no command " + command.name());
            return;
        }
        if (ageMillis(event) > rule.maxAge().toMillis()) {
            count("too_old");
            reply(command, "came too late to be carried out; say it again");
            return;
        }
        long number = board.post(command);
        count("posted");
        reply(command, command.name() + " is on its way (" + number + ")");
    }

    private long ageMillis(Json event) {
        String age = Fields.text(event, "unsigned", "age");
        if (age.matches("[0-9]{1,15}")) {
            return Long.parseLong(age);
        }
        String sent = Fields.text(event, "origin_server_ts");
        long now = TimeUnit.NANOSECONDS.toMillis(around.clock().epochNanos());
        return sent.matches("[0-9]{1,15}") ? now - Long.parseLong(sent) : Long.MAX_VALUE;
    }

    /** An answer is a courtesy: when it cannot be given now, it is not. */
    private void reply(Command command, String text) throws InterruptedException {
        long wait = bucket.take();
        if (wait > 0 && !around.pauses().pause(Math.min(wait, RETRY_NANOS))) {
            return;
        }
        Notice notice = new Notice(text, "", command.event());
        if (homeserver.send(command.room(), "millrace.re." + command.event(), notice)
                instanceof Outcome.Later later) {
            bucket.silence(later.nanos());
        }
    }

    private void count(String outcome) {
        around.metrics()
                .counter(
                        "millrace_matrix_commands_total",
                        "Commands in rooms, by what became of them.",
                        "outcome",
                        outcome)
                .increment();
    }
}
