package io.millrace.broker;

import io.millrace.protocol.Publication;
import io.millrace.runtime.Timer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The way that answers to one request take back to another account. Owned by the loop. */
final class Response {
    private final Server server;
    private final Responses responses;
    private final ServiceExport export;
    private final boolean isShared;
    private final Account requester;
    private final byte[] to;
    private final byte[] subject;
    private final @Nullable LatencyMeasure measure;
    private final Runnable watch = this::interestChanged;
    private final Timer patience =
            new Timer() {
                @Override
                protected void fire() {
                    giveUp(504, "Service Timeout");
                }
            };
    private boolean isOpen = true;

    Response(
            Server server,
            Responses responses,
            ServiceExport export,
            boolean isShared,
            Account requester,
            byte[] to,
            byte[] subject,
            @Nullable LatencyMeasure measure) {
        this.server = server;
        this.responses = responses;
        this.export = export;
        this.isShared = isShared;
        this.requester = requester;
        this.to = to;
        this.subject = subject;
        this.measure = measure;
    }

    void begin() {
        server.loop().timers().schedule(patience, export.thresholdNanos());
        requester.interest().watches().add(toText(), watch);
    }

    /** Where answers are sent in the account of the service. */
    byte[] subject() {
        return subject;
    }

    /** Who waits went away. */
    private void interestChanged() {
        if (isOpen && !leadsOn()) {
            giveUp(408, "Request Timeout");
        }
    }

    private void giveUp(int status, String why) {
        close();
        if (measure != null) {
            measure.failed(status, why);
        }
    }

    boolean leadsOn() {
        return requester.interest().leadsOn(to);
    }

    void close() {
        if (isOpen) {
            isOpen = false;
            server.loop().timers().cancel(patience);
            requester.interest().watches().remove(toText(), watch);
            responses.remove(this);
        }
    }

    /** Takes an answer over. */
    boolean pass(Publication p, Subscriber origin) {
        Crossings crossings = server.router().crossings();
        Crossings.Crossing crossing = crossings.enter();
        if (crossing == null) {
            return false;
        }
        try {
            long answered = server.clock().nanoTime();
            boolean taken = pass(crossing, p, origin);
            if (measure != null && taken) {
                measure.answered(origin.describe(), answered);
            }
            return taken;
        } finally {
            crossings.leave();
        }
    }

    private boolean pass(Crossings.Crossing crossing, Publication p, Subscriber origin) {
        requester.interest().match(to, 0, to.length, crossing.match);
        boolean isLast = export.isEndedBy(p.messageLength == 0) || crossing.match.isEmpty();
        if (isLast) {
            close();
        }
        if (crossing.match.isEmpty()) {
            giveUp(408, "Request Timeout");
            return false;
        }
        Response back =
                p.replyLength == 0 || Responses.isAck(p)
                        ? null
                        : Responses.of(server, requester)
                                .open(
                                        export,
                                        isShared,
                                        responses.account(),
                                        Crossings.reply(p),
                                        null);
        int taken = back == null ? as(crossing, p, origin) : with(back, crossing, p, origin);
        if (taken == 0) {
            close();
            if (back != null) {
                back.close();
            }
        } else if (isOpen) {
            server.loop().timers().schedule(patience, export.thresholdNanos());
        }
        return taken > 0;
    }

    /** The same message under the subject that the requester waits for. */
    private int as(Crossings.Crossing crossing, Publication p, Subscriber origin) {
        Crossings crossings = server.router().crossings();
        if (crossings.isAddressed(p)) {
            byte[] here = crossings.destination(p);
            crossings.address(p, to, 0, to.length);
            try {
                return server.router().cross(crossing, p, origin);
            } finally {
                crossings.address(p, here, 0, here.length);
            }
        }
        byte[] buffer = p.subjectBuffer;
        int offset = p.subjectOffset;
        int length = p.subjectLength;
        p.subjectBuffer = to;
        p.subjectOffset = 0;
        p.subjectLength = to.length;
        try {
            return server.router().cross(crossing, p, origin);
        } finally {
            p.subjectBuffer = buffer;
            p.subjectOffset = offset;
            p.subjectLength = length;
        }
    }

    /** An answer that wants an answer itself. */
    private int with(Response back, Crossings.Crossing crossing, Publication p, Subscriber origin) {
        Crossings crossings = server.router().crossings();
        boolean addressed = crossings.isAddressed(p);
        byte[] here = crossings.destination(p);
        byte[] shown = addressed ? MessageTrace.subjectOf(p).getBytes(StandardCharsets.UTF_8) : to;
        byte[] reply = back.subject();
        Publication answer =
                crossing.writer.write(
                        shown,
                        0,
                        shown.length,
                        reply,
                        0,
                        reply.length,
                        p.buffer,
                        p.messageOffset,
                        p.headerLength,
                        p.buffer,
                        p.bodyOffset(),
                        p.bodyLength());
        if (!addressed) {
            return server.router().cross(crossing, answer, origin);
        }
        crossings.address(answer, to, 0, to.length);
        try {
            return server.router().cross(crossing, answer, origin);
        } finally {
            crossings.address(p, here, 0, here.length);
        }
    }

    private String toText() {
        return new String(to, StandardCharsets.UTF_8);
    }

    /** As monitoring shows it. */
    ResponseView view() {
        return new ResponseView(
                new String(subject, StandardCharsets.UTF_8), toText(), requester.name(), isShared);
    }
}
