package io.millrace.jetstream;

import io.millrace.broker.Account;
import io.millrace.broker.InternalClient;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import io.millrace.runtime.Timer;
import io.millrace.store.Loss;
import io.millrace.store.RecoveryReport;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Says aloud what damage to the disk has cost: log and advisories. Owned by the loop. */
/* It is found in the middle of a read, so it is said at the end of the turn, and once for all that
 * the turn has found. The log hears of it at once. An advisory that nobody would hear is kept, one
 * for each stream, until somebody listens: what the opening finds is found before any client has
 * come back. */
final class Damage extends Timer {
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int SEQUENCES_MAX = 1000;
    private static final int RUNS_IN_LINE = 50;
    private static final String RECORDS_LOST = "$JS.EVENT.ADVISORY.SERVER.RECORDS_LOST";
    private static final String RECORDS_TYPE = "io.millrace.jetstream.advisory.v1.records_lost";

    private final JetStream engine;
    private final Map<Stream, Loss> found = new LinkedHashMap<>();
    private final Map<Stream, Loss> unheard = new LinkedHashMap<>();
    private @Nullable RecoveryReport opening;

    Damage(JetStream engine) {
        this.engine = engine;
    }

    /** What the store's opening has found that no stream can be named for. */
    void opened(RecoveryReport report) {
        if (!report.losses().isEmpty()) {
            opening = report;
            engine.turn().soon(this::tell);
        }
    }

    /** A stream has lost messages. In the middle of a read. */
    void lost(Stream stream, Loss loss) {
        if (found.isEmpty()) {
            engine.turn().soon(this::say);
        }
        found.merge(stream, loss, Damage::both);
    }

    private static Loss both(Loss one, Loss other) {
        return new Loss(
                one.count() + other.count(),
                joined(one.sequences(), other.sequences()),
                joined(one.files(), other.files()));
    }

    private static <T> List<T> joined(List<T> one, List<T> other) {
        List<T> all = new ArrayList<>(one);
        for (T each : other) {
            if (all.size() < SEQUENCES_MAX && !all.contains(each)) {
                all.add(each);
            }
        }
        return all;
    }

    private void say() {
        Map<Stream, Loss> now = new LinkedHashMap<>(found);
        found.clear();
        now.forEach(
                (stream, loss) -> {
                    engine.log().warn("JetStream: " + line(stream, loss));
                    unheard.merge(stream, loss, Damage::both);
                });
        tell();
    }

    private static String line(Stream stream, Loss loss) {
        StringBuilder line = new StringBuilder("stream '");
        line.append(stream.account().name()).append(" > ").append(stream.name());
        line.append("' has lost ").append(loss.count());
        line.append(loss.count() == 1 ? " message" : " messages").append(" by damage");
        if (!loss.sequences().isEmpty()) {
            runs(line.append(", sequence "), loss.sequences());
        }
        return line.append(", in ").append(String.join(", ", loss.files())).toString();
    }

    private static void runs(StringBuilder line, List<Long> ascending) {
        int runs = 0;
        for (int at = 0; at < ascending.size(); ) {
            if (runs++ == RUNS_IN_LINE) {
                line.append(" and more");
                return;
            }
            int end = at;
            while (end + 1 < ascending.size() && ascending.get(end + 1) == ascending.get(end) + 1) {
                end++;
            }
            line.append(at == 0 ? "" : " ").append(ascending.get(at));
            if (end > at) {
                line.append('-').append(ascending.get(end));
            }
            at = end + 1;
        }
    }

    private void tell() {
        Iterator<Map.Entry<Stream, Loss>> each = unheard.entrySet().iterator();
        while (each.hasNext()) {
            Map.Entry<Stream, Loss> next = each.next();
            Stream stream = next.getKey();
            if (stream.isClosed()
                    || stream.account().advisories().messagesLost(stream, next.getValue())) {
                each.remove();
            }
        }
        RecoveryReport report = opening;
        if (report != null && isTold(report)) {
            opening = null;
        }
        if ((!unheard.isEmpty() || opening != null) && !isScheduled()) {
            engine.timers().schedule(this, AGAIN_NANOS);
        }
    }

    @Override
    protected void fire() {
        tell();
    }

    void stop() {
        engine.timers().cancel(this);
    }

    /** Records may belong to any account: those who run the server are told. */
    private boolean isTold(RecoveryReport report) {
        Account system = engine.server().accounts().system();
        if (system == null) {
            return true;
        }
        InternalClient client = engine.server().clientIn(system);
        byte[] subject = RECORDS_LOST.getBytes(StandardCharsets.UTF_8);
        if (!client.isHeard(subject, 0, subject.length)) {
            return false;
        }
        JsonPage page =
                JsonPage.compact()
                        .object(null)
                        .text("type", RECORDS_TYPE)
                        .text("id", engine.newId())
                        .text("timestamp", GoTime.rfc3339(engine.epochNanos()))
                        .text("server", engine.server().identity().name())
                        .text("server_id", engine.server().identity().id())
                        .number("lost", report.lostRecords())
                        .number("uncertain", report.uncertainRecords())
                        .number("checkpoint_parts", report.lostCheckpointRecords())
                        .number("orphans", report.orphans())
                        .array("errors");
        report.losses().forEach(sentence -> page.text(null, sentence));
        client.publish(
                RECORDS_LOST,
                page.endArray().endObject().toString().getBytes(StandardCharsets.UTF_8));
        return true;
    }
}
