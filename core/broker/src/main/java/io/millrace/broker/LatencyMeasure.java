package io.millrace.broker;

import io.millrace.config.ExportOptions;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import io.millrace.protocol.Publication;
import io.millrace.protocol.UniqueIds;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How long one request to a service takes, or why it fails, told once in the account of the
 * service. Owned by the loop.
 */
/* Of the time between the request's leaving and its answer, the service has all but the way to it
 * and back, which is known from its PINGs; the ways to both and our own time make up the total. */
final class LatencyMeasure {
    private static final int PERCENT = 100;

    private final Server server;
    private final Account exporter;
    private final String subject;
    private final Requester requester;
    private final Map<String, List<String>> headers;
    private final long beganEpochNanos;
    private final long beganNanos;
    private long sentNanos;
    private boolean isTold;

    private LatencyMeasure(
            Server server,
            Account exporter,
            String subject,
            Requester requester,
            Map<String, List<String>> headers) {
        this.server = server;
        this.exporter = exporter;
        this.subject = subject;
        this.requester = requester;
        this.headers = headers;
        this.beganEpochNanos = server.clock().epochNanos();
        this.beganNanos = server.clock().nanoTime();
        this.sentNanos = beganNanos;
    }

    /** Begins for one of those requests that are measured; null for the others. */
    static @Nullable LatencyMeasure of(
            Server server,
            Account exporter,
            ExportOptions export,
            Requester requester,
            Publication p) {
        ExportOptions.Latency wanted = export.latency();
        if (wanted == null) {
            return null;
        }
        Map<String, List<String>> headers = Map.of();
        if (wanted.samplingPercent() == 0) {
            headers = TraceSampling.of(p);
            if (headers == null) {
                return null;
            }
        } else if (wanted.samplingPercent() < PERCENT
                && server.router().chance().nextInt(PERCENT) >= wanted.samplingPercent()) {
            return null;
        }
        return new LatencyMeasure(server, exporter, wanted.subject(), requester, headers);
    }

    /** The service has the request. */
    void sent() {
        sentNanos = server.clock().nanoTime();
    }

    /** Somebody answers; tell it when the answer has been handed on. */
    void answered(@Nullable ConnectionInfo responder, long answeredNanos) {
        long there = responder == null ? 0 : responder.roundTripNanos();
        long service = Math.max(0, answeredNanos - sentNanos - there);
        long system = sentNanos - beganNanos + server.clock().nanoTime() - answeredNanos;
        long total = service + system + roundTripNanos() + there;
        tell(200, "", responder, service, system, total);
    }

    void failed(int status, String description) {
        tell(status, description, null, 0, 0, 0);
    }

    private long roundTripNanos() {
        ConnectionInfo client = requester.client();
        return client == null ? 0 : client.roundTripNanos();
    }

    private void tell(
            int status,
            String description,
            @Nullable ConnectionInfo responder,
            long service,
            long system,
            long total) {
        if (isTold) {
            return;
        }
        isTold = true;
        JsonPage page =
                JsonPage.compact()
                        .object(null)
                        .text("type", "io.nats.server.metric.v1.service_latency")
                        .text("id", new UniqueIds(server.router().chance()).next())
                        .text("timestamp", GoTime.rfc3339(server.clock().epochNanos()))
                        .number("status", status)
                        .textUnlessEmpty("description", description);
        page.object("requestor");
        requester.write(page);
        page.endObject();
        if (responder != null) {
            page.object("responder");
            new Requester(responder, responder.account(), "", true, server.identity().name())
                    .write(page);
            page.endObject();
        }
        if (!headers.isEmpty()) {
            page.object("header");
            headers.forEach(
                    (name, values) -> {
                        page.array(name);
                        values.forEach(value -> page.text(null, value));
                        page.endArray();
                    });
            page.endObject();
        }
        page.text("start", GoTime.rfc3339(beganEpochNanos - roundTripNanos()))
                .number("service", service)
                .number("system", system)
                .number("total", total)
                .endObject();
        byte[] metric = page.toString().getBytes(StandardCharsets.UTF_8);
        // not now: this may be within a delivery
        server.loop().execute(() -> server.clientIn(exporter).publish(subject, metric));
    }
}
