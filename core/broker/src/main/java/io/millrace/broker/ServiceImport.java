package io.millrace.broker;

import io.millrace.config.ImportOptions;
import io.millrace.protocol.Publication;
import io.millrace.protocol.SubjectAlias;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The place in an account's interest from which requests go to the service of another account.
 * Owned by the loop.
 */
/* A request is routed over there within its delivery here, so whether anybody took it is known at
 * once, and a requester is told that nobody listens as in its own account. */
final class ServiceImport implements Subscriber {
    private final Server server;
    private final Account importer;
    private final Account exporter;
    private final ServiceExport export;
    private final SubjectAlias alias;
    private final boolean isShared;
    private boolean isPassing;

    ServiceImport(
            Server server,
            Account importer,
            Account exporter,
            ServiceExport export,
            SubjectAlias alias,
            ImportOptions options) {
        this.server = server;
        this.importer = importer;
        this.exporter = exporter;
        this.export = export;
        this.alias = alias;
        this.isShared = options.share();
    }

    @Override
    public boolean deliver(Subscription subscription, Publication p, Subscriber origin) {
        Crossings crossings = server.router().crossings();
        Requester before = crossings.requester();
        Crossings.Crossing crossing = isPassing ? null : crossings.enter();
        if (crossing == null) {
            return false;
        }
        isPassing = true;
        try {
            subscription.delivered++;
            return pass(crossing, before, p, origin);
        } finally {
            isPassing = false;
            crossings.leave();
        }
    }

    private boolean pass(
            Crossings.Crossing crossing,
            @Nullable Requester before,
            Publication p,
            Subscriber origin) {
        byte[] here = server.router().crossings().destination(p);
        byte[] to = alias.toThere(here, 0, here.length, server.router().chance());
        MessageTrace trace = origin.trace();
        if (trace != null) {
            String name = new String(to, StandardCharsets.UTF_8);
            trace.served(exporter.name(), MessageTrace.subjectOf(p), name);
        }
        to = mapped(to, trace);
        exporter.interest().match(to, 0, to.length, crossing.match);
        Requester requester = before == null ? requester(origin) : before.via(importer.name());
        crossing.requester = requester;
        LatencyMeasure measure =
                LatencyMeasure.of(server, exporter, export.options(), requester, p);
        if (measure != null && p.replyLength == 0) {
            measure.failed(400, "Bad Request");
            measure = null;
        }
        int taken =
                crossing.match.isEmpty() ? 0 : send(crossing, requester, to, measure, p, origin);
        if (taken == 0 && measure != null) {
            measure.failed(503, "Service Unavailable");
        }
        return taken > 0;
    }

    /** Over there it is a publication like any other, which the account's mappings may change. */
    private byte[] mapped(byte[] to, @Nullable MessageTrace trace) {
        if (exporter.mappings().isEmpty()) {
            return to;
        }
        byte[] mapped = exporter.mappings().map(to, 0, to.length, server.router().chance());
        if (mapped != null && trace != null) {
            trace.mapped(new String(mapped, StandardCharsets.UTF_8));
        }
        return mapped == null ? to : mapped;
    }

    private int send(
            Crossings.Crossing crossing,
            Requester requester,
            byte[] to,
            @Nullable LatencyMeasure measure,
            Publication p,
            Subscriber origin) {
        Response response = open(p, measure);
        byte[] reply = response == null ? Crossings.reply(p) : response.subject();
        byte[] headers = requester.headers(p, !export.options().allowTrace());
        Publication request =
                crossing.writer.write(
                        to,
                        0,
                        to.length,
                        reply,
                        0,
                        reply.length,
                        headers,
                        0,
                        headers.length,
                        p.buffer,
                        p.bodyOffset(),
                        p.bodyLength());
        MessageTrace trace = origin.trace();
        int taken =
                trace == null || export.options().allowTrace()
                        ? server.router().cross(crossing, request, origin)
                        : unseen(crossing, request, origin, trace);
        if (measure != null) {
            measure.sent();
        }
        if (taken == 0 && response != null) {
            response.close();
        }
        return taken;
    }

    private int unseen(
            Crossings.Crossing crossing,
            Publication request,
            Subscriber origin,
            MessageTrace trace) {
        if (trace.isOnly()) {
            return 1;
        }
        trace.mute();
        try {
            return server.router().cross(crossing, request, origin);
        } finally {
            trace.unmute();
        }
    }

    private Requester requester(Subscriber origin) {
        ConnectionInfo client = origin.describe();
        return new Requester(
                client,
                client == null ? importer.name() : client.account(),
                "",
                isShared,
                server.identity().name());
    }

    /** Makes the way back; null when no answer is wanted, or when it has its own way. */
    private @Nullable Response open(Publication p, @Nullable LatencyMeasure measure) {
        if (p.replyLength == 0 || Responses.isAck(p)) {
            return null;
        }
        return Responses.of(server, exporter)
                .open(export, isShared, importer, Crossings.reply(p), measure);
    }

    SubjectAlias alias() {
        return alias;
    }

    /** What a request is called over there. */
    byte[] toThere(byte[] subject) {
        return alias.toThere(subject, 0, subject.length, server.router().chance());
    }

    Account exporter() {
        return exporter;
    }

    @Override
    public boolean leadsOn(byte[] subject, int offset, int length) {
        if (isPassing) {
            return false;
        }
        isPassing = true;
        try {
            byte[] to = alias.toThere(subject, offset, length, server.router().chance());
            return exporter.interest().leadsOn(to);
        } finally {
            isPassing = false;
        }
    }

    @Override
    public boolean hearsImports(Subscription subscription) {
        return false;
    }

    @Override
    public long connectionId() {
        return Server.INTERNAL_ID;
    }
}
