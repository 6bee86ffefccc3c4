package io.millrace.store;

import io.millrace.runtime.DiskException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One attempt at a checkpoint: gathering the streams' parts, then making them durable. */
final class CheckpointRound {
    private static final int AT_ONCE = 8;

    /** A stream's answer; without a part when it could not give one. */
    private record Answer(
            StreamStore stream,
            @Nullable StreamCheckpoint part,
            @Nullable StoreException trouble) {}

    final long covered;

    /** Whether what it frees is overwritten. */
    final boolean wipes;

    private final Iterator<StreamStore> left;
    private final KeeperDesk desk;
    private final ConcurrentLinkedQueue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final AtomicInteger awaited = new AtomicInteger();

    /** Everything up to {@code covered} will be in it. */
    CheckpointRound(long covered, boolean wipes, Collection<StreamStore> streams, KeeperDesk desk) {
        this.left = List.copyOf(streams).iterator();
        this.desk = desk;
        this.covered = covered;
        this.wipes = wipes;
    }

    /**
     * Asks the next streams through their owners, when those before them have answered: a few at a
     * time, for one that has its first messages makes a file. Returns how many.
     */
    int askMore() {
        if (awaited.get() > 0 || !left.hasNext()) {
            return 0;
        }
        List<StreamStore> asked = new ArrayList<>();
        while (asked.size() < AT_ONCE && left.hasNext()) {
            asked.add(left.next());
        }
        awaited.set(asked.size());
        for (StreamStore stream : asked) {
            stream.owner().execute(() -> answer(stream));
        }
        return asked.size();
    }

    private void answer(StreamStore stream) {
        try {
            if (!stream.isClosed()) {
                answers.add(new Answer(stream, StreamCheckpoint.of(stream), null));
            }
        } catch (StoreException e) {
            answers.add(new Answer(stream, null, e));
        } finally {
            if (awaited.decrementAndGet() == 0) {
                desk.wake();
            }
        }
    }

    boolean complete() {
        return awaited.get() == 0 && !left.hasNext();
    }

    /**
     * Syncs what the parts refer to; a segment whose sync fails is marked and must be rewritten. It
     * counts as synced when its name is, too.
     */
    void sync(SegmentFiles files, KeeperDesk desk) throws DiskException, StoreException {
        boolean any = false;
        for (Answer answer : answers) {
            StoreException trouble = answer.trouble();
            StreamCheckpoint part = answer.part();
            if (trouble != null) {
                throw trouble;
            }
            if (part == null) {
                continue;
            }
            boolean some = false;
            for (int i = 0; i < part.unsynced().size(); i++) {
                Segment segment = part.unsynced().get(i);
                try {
                    if (segment.suspect) {
                        throw new DiskException(
                                DiskException.Code.IO,
                                files.path(segment),
                                "an earlier sync failed",
                                null);
                    }
                    files.sync(segment);
                } catch (DiskException e) {
                    if (e.code() != DiskException.Code.NOT_FOUND) {
                        segment.suspect = true;
                        rescue(answer.stream(), segment, desk);
                    }
                    throw e;
                }
                some = true;
            }
            if (some) {
                files.disk().syncDirectory(files.directory(answer.stream().id(), false));
                any = true;
            }
        }
        if (any) {
            files.disk().syncDirectory(files.streams());
        }
        for (Answer answer : answers) {
            StreamCheckpoint part = answer.part();
            for (int i = 0; part != null && i < part.unsynced().size(); i++) {
                Segment segment = part.unsynced().get(i);
                segment.syncedBytes = Math.max(segment.syncedBytes, part.targets().get(i));
            }
        }
    }

    /* The journal still holds what the segment may have lost, so there is no hurry; but the
     * checkpoint has to wait for the new file. */
    private static void rescue(StreamStore stream, Segment segment, KeeperDesk desk) {
        stream.owner()
                .execute(
                        () -> {
                            try {
                                if (segment == stream.segments.active) {
                                    stream.closeActive();
                                }
                            } catch (StoreException e) {
                                // The next checkpoint comes here again.
                                return;
                            }
                            desk.rewrite(stream, segment);
                        });
    }

    /** All records of the checkpoint, the head first. */
    List<byte[]> records(byte[] head) {
        List<byte[]> all = new ArrayList<>();
        all.add(head);
        for (Answer answer : answers) {
            StreamCheckpoint part = answer.part();
            if (part != null) {
                all.addAll(part.records());
            }
        }
        return all;
    }

    /** The segments that the checkpoint refers to. */
    static Set<Long> referred(List<byte[]> records) {
        Set<Long> ids = new HashSet<>();
        for (byte[] record : records) {
            if (Frame.type(record, 0) == Frame.SEGMENT) {
                ids.add(Frame.getLong(record, Frame.HEADER_BYTES));
            }
        }
        return ids;
    }
}
