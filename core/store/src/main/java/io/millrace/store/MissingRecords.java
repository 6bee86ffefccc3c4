package io.millrace.store;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The numbers that a journal should hold and does not, and what does not count without them. Used
 * by the thread that opens.
 */
/* A message may make others give way, by the limits of its stream or because it rolls them up. A
 * batch that was torn by a crash may have kept such a removal and lost the message: without this the
 * stream would have lost something confirmed in exchange for something that nobody was told of. */
final class MissingRecords {
    private final TreeMap<Long, Long> gaps = new TreeMap<>();

    /** How many bytes of the journal they took, as far as that is known. */
    private final Map<Long, Long> holes = new HashMap<>();

    private final Map<Integer, Long> inCheckpoint = new HashMap<>();

    /** What has a number from {@code from} to {@code to} is not there, or not whole. */
    void add(long from, long to) {
        gaps.merge(from, to, Math::max);
    }

    /** The same where it is known what place they took. */
    void add(long from, long to, long bytes) {
        add(from, to);
        holes.merge(from, bytes, Math::max);
    }

    /**
     * How many bytes those took that are missing between two numbers and begin at one that is known
     * to be synced; -1 when there are none.
     */
    long synced(long from, long to, long synced) {
        long bytes = -1;
        for (Map.Entry<Long, Long> gap : gaps.headMap(to, true).entrySet()) {
            if (gap.getValue() >= from && gap.getKey() <= synced) {
                bytes = Math.max(bytes, 0) + holes.getOrDefault(gap.getKey(), 0L);
            }
        }
        return bytes;
    }

    /** A stream's part of the checkpoint holds everything up to a number, whatever is missing. */
    void inCheckpoint(int stream, long number) {
        inCheckpoint.put(stream, number);
    }

    /** Whether a record removes something to make room for what is missing. */
    boolean voids(byte[] data, int at) {
        byte type = Frame.type(data, at);
        boolean removal = type == Frame.DELETE || type == Frame.DELETE_RUNS || type == Frame.FIRST;
        int back = Frame.aux(data, at);
        if (!removal || back <= 0) {
            return false;
        }
        long roomFor = Frame.number(data, at) - back;
        Map.Entry<Long, Long> gap = gaps.floorEntry(roomFor);
        return gap != null
                && gap.getValue() >= roomFor
                && roomFor > inCheckpoint.getOrDefault(Frame.owner(data, at), 0L);
    }
}
