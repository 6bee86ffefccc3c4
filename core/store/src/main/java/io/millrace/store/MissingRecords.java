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
    private final Map<Integer, Long> inCheckpoint = new HashMap<>();

    /** What has a number from {@code from} to {@code to} is not there, or not whole. */
    void add(long from, long to) {
        gaps.merge(from, to, Math::max);
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
