package io.millrace.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A state that lives beside a stream's messages in the journal: a consumer's, for example. Its
 * bytes are the caller's own affair. Owned by the stream's owner.
 */
/* Changes are journalled, and a checkpoint needs the whole: from the source, once there is one, else
 * from what was recovered and the changes since. Setting the source lets go of those. */
public final class StateLog {
    private final StreamStore stream;
    private final int id;
    private byte[] definition;
    private byte[] whole = new byte[0];
    private final List<byte[]> changes = new ArrayList<>();
    private @Nullable Supplier<byte[]> source;
    private long lastNumber;
    private boolean dropped;

    StateLog(StreamStore stream, int id, byte[] definition) {
        this.stream = stream;
        this.id = id;
        this.definition = definition;
    }

    /** Unique in the store and never used again. */
    public int id() {
        return id;
    }

    public byte[] definition() {
        return definition;
    }

    /** The state at the last checkpoint; empty when there was none. */
    public byte[] recoveredWhole() {
        return whole;
    }

    /** What changed since, in order. */
    public List<byte[]> recoveredChanges() {
        return List.copyOf(changes);
    }

    /**
     * Where checkpoints get the whole state from; runs on the owner, and must show every change.
     */
    public void source(Supplier<byte[]> from) {
        source = from;
        whole = new byte[0];
        changes.clear();
    }

    /** Replaces the definition. Returns the confirming number. */
    public long define(byte[] bytes) throws StoreException {
        requireThere();
        long number = stream.stateJournal().twice(Frame.STATE, stream.id(), id, 0, 0, bytes);
        definition = bytes;
        note(number);
        return number;
    }

    /**
     * Journals a change; the state it belongs to is changed by the caller. Copies the bytes.
     *
     * @return the confirming number
     */
    public long change(byte[] bytes, int offset, int length) throws StoreException {
        requireThere();
        if (stream.isInMemory()) {
            return 0;
        }
        long number = stream.stateRecord(Frame.STATE_CHANGE, id, bytes, offset, length);
        if (source == null) {
            byte[] copy = new byte[length];
            System.arraycopy(bytes, offset, copy, 0, length);
            changes.add(copy);
        }
        note(number);
        return number;
    }

    /** Journals the whole state; changes before it count no more. */
    public long replace(byte[] bytes) throws StoreException {
        requireThere();
        if (stream.isInMemory()) {
            return 0;
        }
        long number = stream.stateRecord(Frame.STATE_WHOLE, id, bytes, 0, bytes.length);
        restoreWhole(source == null ? bytes : new byte[0]);
        note(number);
        return number;
    }

    /** Removes the state and its definition. */
    public long drop() throws StoreException {
        requireThere();
        long number =
                stream.stateJournal().twice(Frame.STATE_DROP, stream.id(), id, 0, 0, new byte[0]);
        dropped = true;
        stream.stateMap().remove(id);
        stream.note(number);
        return number;
    }

    /** The whole for a checkpoint, and what changed behind it. */
    byte[] checkpointWhole() {
        Supplier<byte[]> from = source;
        return from == null ? whole : from.get();
    }

    List<byte[]> checkpointChanges() {
        return changes;
    }

    void restoreDefinition(byte[] bytes) {
        definition = bytes;
    }

    void restoreWhole(byte[] bytes) {
        whole = bytes;
        changes.clear();
    }

    void restoreChange(byte[] bytes) {
        changes.add(bytes);
    }

    long lastNumber() {
        return lastNumber;
    }

    void note(long number) {
        lastNumber = number;
        stream.note(number);
    }

    private void requireThere() throws StoreException {
        if (dropped || stream.isClosed()) {
            throw new StoreException(
                    StoreException.Code.CLOSED, "state " + id + " was removed or closed", null);
        }
    }
}
