package io.millrace.broker;

import io.millrace.protocol.Publication;

/** Hears in another account for a subscription that imports from there. Owned by the loop. */
final class Shadow implements Subscriber {
    private final Server server;
    private final Subscription original;
    private final StreamImport taken;

    Shadow(Server server, Subscription original, StreamImport taken) {
        this.server = server;
        this.original = original;
        this.taken = taken;
    }

    Subscription original() {
        return original;
    }

    StreamImport taken() {
        return taken;
    }

    /** What a message is called for the subscriber. */
    byte[] toSubscriber(byte[] subject) {
        byte[] here = toHere(subject, 0, subject.length);
        return original.subscriber instanceof Shadow further ? further.toSubscriber(here) : here;
    }

    /** The account of the subscriber. */
    String account() {
        return original.subscriber instanceof Shadow further
                ? further.account()
                : taken.importer().name();
    }

    void end(Subscription self) {
        taken.exporter().interest().remove(self);
    }

    /** What a message is called for the original. */
    byte[] toHere(byte[] subject, int offset, int length) {
        return taken.alias().toHere(subject, offset, length, server.router().chance());
    }

    @Override
    public boolean deliver(Subscription subscription, Publication p, Subscriber origin) {
        if (!original.isActive()) {
            return false;
        }
        Crossings crossings = server.router().crossings();
        if (crossings.isAddressed(p)) {
            byte[] there = crossings.destination(p);
            byte[] here = toHere(there, 0, there.length);
            crossings.address(p, here, 0, here.length);
            try {
                return forward(subscription, p, origin);
            } finally {
                crossings.address(p, there, 0, there.length);
            }
        }
        byte[] buffer = p.subjectBuffer;
        int offset = p.subjectOffset;
        int length = p.subjectLength;
        if (!taken.alias().isSame()) {
            p.subjectBuffer = toHere(buffer, offset, length);
            p.subjectOffset = 0;
            p.subjectLength = p.subjectBuffer.length;
        }
        try {
            return forward(subscription, p, origin);
        } finally {
            p.subjectBuffer = buffer;
            p.subjectOffset = offset;
            p.subjectLength = length;
        }
    }

    private boolean forward(Subscription subscription, Publication p, Subscriber origin) {
        MessageTrace trace = origin.trace();
        boolean muted = trace != null && !taken.allowTrace();
        if (trace != null) {
            trace.taken(taken.importer().name(), MessageTrace.subjectOf(p));
            if (muted && trace.isOnly()) {
                return true;
            }
        }
        if (trace != null && muted) {
            trace.mute();
        }
        boolean has = counted(p, origin);
        if (trace != null && muted) {
            trace.unmute();
        }
        if (has) {
            subscription.delivered++;
        }
        return has;
    }

    /** What goes out by an import is traffic of the account that exports. */
    private boolean counted(Publication p, Subscriber origin) {
        Traffic importing = taken.importer().traffic();
        Traffic exporting = taken.exporter().traffic();
        long messages = importing.outMessages;
        long bytes = importing.outBytes;
        boolean has = original.subscriber.deliver(original, p, origin);
        exporting.outMessages += importing.outMessages - messages;
        exporting.outBytes += importing.outBytes - bytes;
        importing.outMessages = messages;
        importing.outBytes = bytes;
        return has;
    }

    @Override
    public long connectionId() {
        return original.subscriber.connectionId();
    }
}
