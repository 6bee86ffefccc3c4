package io.millrace.store;

import java.util.ArrayList;
import java.util.List;

/**
 * The messages of one {@link MessageGroup} that the journal has shown so far, at an opening:
 * applied when the last one shows that all are there. Used by the thread that opens.
 */
/* A group was written in one batch, so it is confirmed as a whole or not at all. When some of it is
 * missing and it was not confirmed, a crash has torn the batch: the group never was. When it was
 * confirmed, the disk is damaged: then what is left of it is kept, like anything else that is. */
final class HeldGroup {
    /** What becomes of the messages. */
    interface Outcome {
        boolean isConfirmed(long number);

        /** {@code at} is the complement of the place when the body is damaged. */
        void apply(byte[] data, int at, long number) throws StoreException;

        void dropped(long firstNumber, long lastNumber, int messages);
    }

    private static final class Held {
        final byte[] data;
        final int at;
        final long number;

        Held(byte[] data, int at, long number) {
            this.data = data;
            this.at = at;
            this.number = number;
        }
    }

    private final Outcome outcome;
    private final List<Held> held = new ArrayList<>();
    private int owner;
    private long firstNumber;
    private boolean whole;

    HeldGroup(Outcome outcome) {
        this.outcome = outcome;
    }

    /**
     * The next record of the journal.
     *
     * @param at where it is; the complement when its body is damaged
     * @return whether it belongs to a group and was taken
     */
    boolean take(byte[] data, int at, long number) throws StoreException {
        int place = at < 0 ? ~at : at;
        boolean grouped =
                Frame.type(data, place) == Frame.MESSAGE
                        && (Frame.flags(data, place) & Frame.GROUPED) != 0;
        if (!grouped) {
            settle();
            return false;
        }
        int its = Frame.owner(data, place);
        long first = number - Frame.aux(data, place);
        if (!held.isEmpty() && (its != owner || first != firstNumber)) {
            settle();
        }
        if (held.isEmpty()) {
            owner = its;
            firstNumber = first;
            whole = true;
        }
        whole &= at >= 0 && number == first + held.size();
        held.add(new Held(data, at, number));
        if ((Frame.flags(data, place) & Frame.GROUP_END) != 0) {
            finish(whole);
        }
        return true;
    }

    /** The group does not go on. */
    void settle() throws StoreException {
        if (!held.isEmpty()) {
            finish(false);
        }
    }

    private void finish(boolean complete) throws StoreException {
        if (complete || outcome.isConfirmed(held.getLast().number)) {
            for (Held each : held) {
                outcome.apply(each.data, each.at, each.number);
            }
        } else {
            outcome.dropped(firstNumber, held.getLast().number, held.size());
        }
        held.clear();
    }
}
