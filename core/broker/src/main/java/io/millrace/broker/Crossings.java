package io.millrace.broker;

import io.millrace.protocol.Publication;
import io.millrace.protocol.PublicationWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deliveries within a delivery: how a message comes from one account into another, and from there
 * into a third. Each has what it needs to write with for itself. Owned by the loop.
 */
final class Crossings {
    /** No configuration that is let pass goes round in circles; this is for those that try. */
    private static final int DEPTH_MAX = 16;

    private final List<Crossing> crossings = new ArrayList<>();
    private int depth;
    private @Nullable Publication addressed;
    private byte[] address = new byte[0];
    private int addressOffset;
    private int addressLength;

    /** One step. What it holds is valid until the step is over. */
    static final class Crossing {
        final MatchResult match = new MatchResult();
        final MessageTail tail = new MessageTail();
        final PublicationWriter writer = new PublicationWriter();

        /** Who asked first; null when what crosses is not a request. */
        @Nullable Requester requester;
    }

    /** Begins a step; null when there have been too many. */
    @Nullable Crossing enter() {
        if (depth == DEPTH_MAX) {
            return null;
        }
        if (depth == crossings.size()) {
            crossings.add(new Crossing());
        }
        Crossing crossing = crossings.get(depth++);
        crossing.requester = null;
        crossing.match.clear();
        return crossing;
    }

    void leave() {
        crossings.get(--depth).match.release();
    }

    /** Who asked the request that is crossing already; null when there is none. */
    @Nullable Requester requester() {
        return depth == 0 ? null : crossings.get(depth - 1).requester;
    }

    /**
     * From now on {@code p} is for those who listen to this subject, whatever it shows; null for
     * the end of that.
     */
    void address(@Nullable Publication p, byte[] subject, int offset, int length) {
        addressed = p;
        address = subject;
        addressOffset = offset;
        addressLength = length;
    }

    /** Whether it is for others than the listeners of the subject that it shows. */
    boolean isAddressed(Publication p) {
        return p == addressed;
    }

    /** The subject to whose listeners a message goes. */
    byte[] destination(Publication p) {
        return p == addressed
                ? Arrays.copyOfRange(address, addressOffset, addressOffset + addressLength)
                : Arrays.copyOfRange(
                        p.subjectBuffer, p.subjectOffset, p.subjectOffset + p.subjectLength);
    }

    /** The reply subject of a message, empty without one. */
    static byte[] reply(Publication p) {
        return Arrays.copyOfRange(p.buffer, p.replyOffset, p.replyOffset + p.replyLength);
    }
}
