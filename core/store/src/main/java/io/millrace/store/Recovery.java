package io.millrace.store;

import io.millrace.runtime.Disk;
import io.millrace.runtime.DiskException;
import io.millrace.runtime.DiskFile;
import io.millrace.runtime.Log;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads checkpoint and journal at an opening. Used once, by the thread that opens. */
/* Two passes over the journal: the first finds which records there are and which file's copy of a
 * batch counts, the second applies them in order. Streams are made through the maker that the store
 * hands in, because they need parts that exist only when the highest number is known. */
final class Recovery {
    /** Numbers jump by this at each opening, past everything that may have been given and lost. */
    static final long JUMP = 1L << 24;

    private static final int HEAD_BYTES = 8;

    /** Makes the stream objects. */
    interface StreamMaker {
        StreamStore make(int id, boolean inMemory, byte[] definition);
    }

    private final Disk disk;
    private final Path root;
    private final Checksum check;
    private final Log log;
    final Map<Integer, StreamStore> streams = new LinkedHashMap<>();
    final List<JournalFile> oldFiles = new ArrayList<>();
    private final List<String> remarks = new ArrayList<>();
    private final List<JournalScan> scans = new ArrayList<>();
    private CheckpointFile.@Nullable Content checkpoint;
    long covered;
    long highest;
    long nextFileIndex = 1;
    int nextStreamId = 1;
    int nextStateId = 1;
    private final TreeMap<Long, Long> syncedBySession = new TreeMap<>();
    private long sessionBegin;
    private long sessionEnd;
    private long sessionSynced;
    private final MissingRecords missing = new MissingRecords();
    private String reading = "";
    private long replayed;
    private long lost;
    private long uncertain;
    private long orphans;
    private int repaired;

    Recovery(Disk disk, Path root, long storeId, Log log) {
        this.disk = disk;
        this.root = root;
        this.check = new Checksum(storeId);
        this.log = log;
    }

    static byte[] head(long covered, int nextStreamId, int nextStateId, Checksum check) {
        byte[] body = new byte[HEAD_BYTES];
        Frame.putInt(body, 0, nextStreamId);
        Frame.putInt(body, 4, nextStateId);
        return Frame.of(Frame.CHECKPOINT, 0, covered, 0, 0, body, check);
    }

    static byte[] emptyHead(Checksum check) {
        return head(0, 1, 1, check);
    }

    /** First pass. */
    void read() throws DiskException, StoreException {
        Path directory = root.resolve("checkpoint");
        CheckpointFile.Content content =
                disk.exists(directory) ? CheckpointFile.read(disk, directory, check) : null;
        if (content == null || Frame.type(content.records().getFirst(), 0) != Frame.CHECKPOINT) {
            throw new StoreException(
                    StoreException.Code.DAMAGED,
                    directory
                            + " has no checkpoint that can be read; nothing was changed. Restore"
                            + " the newest pair of files there from a backup of the same store",
                    null);
        }
        checkpoint = content;
        byte[] head = content.records().getFirst();
        covered = Frame.sequence(head, 0);
        highest = covered;
        nextStreamId = Frame.getInt(head, Frame.HEADER_BYTES);
        nextStateId = Frame.getInt(head, Frame.HEADER_BYTES + 4);
        if (content.missing() == 0 && content.repaired() > 0) {
            remark("one copy of the checkpoint is damaged; the other one is whole");
        }
        readJournal(root.resolve("journal"));
    }

    private void readJournal(Path directory) throws DiskException, StoreException {
        disk.createDirectories(directory);
        for (String name : disk.list(directory)) {
            long index = indexOf(name);
            if (index < 0) {
                throw new StoreException(
                        StoreException.Code.FOREIGN,
                        directory.resolve(name)
                                + " is not a file of this store; remove it or move it away",
                        null);
            }
            nextFileIndex = Math.max(nextFileIndex, index + 1);
            Path path = directory.resolve(name);
            byte[] data = StoreFiles.readAll(disk, path);
            FileHeader.Verdict verdict =
                    FileHeader.judge(data, 0, data.length, FileHeader.Kind.JOURNAL);
            if (verdict == FileHeader.Verdict.NEWER) {
                throw StoreFiles.newer(path);
            }
            JournalScan scan = JournalScan.of(path.toString(), data, covered, check);
            if (verdict == FileHeader.Verdict.DAMAGED && scan.count() > 0) {
                remark(path + " has a damaged header; its records are read all the same");
            }
            if (scan.mended() > 0) {
                remark(path + ": flipped bits in headers of records are turned back");
            }
            DiskFile file = disk.open(path, Disk.Mode.WRITE);
            JournalFile old = new JournalFile(index, path, file, data.length);
            old.lastNumber = scan.count() > 0 ? scan.highest() : covered;
            oldFiles.add(old);
            highest = Math.max(highest, scan.highest());
            for (JournalScan earlier : scans) {
                earlier.cutFrom(scan.first());
            }
            scans.add(scan);
        }
        keepWhatIsRead();
        disk.syncDirectory(directory);
    }

    /* What we go on from must outlast a power loss that follows. A sync alone does not see to that: of
     * a process that was ended between a sync that failed and its retry, the system may show bytes
     * that it takes for written and has not. So what no later record knows to be synced is written
     * once more. */
    private void keepWhatIsRead() throws DiskException {
        long synced = 0;
        for (JournalScan scan : scans) {
            for (int i = 0; i < scan.markCount(); i++) {
                int at = scan.place(scan.marked(i));
                if (at >= 0 && Frame.type(scan.data(), at) == Frame.BATCH_END) {
                    synced = Math.max(synced, Frame.time(scan.data(), at));
                }
            }
        }
        for (int i = 0; i < scans.size(); i++) {
            JournalScan scan = scans.get(i);
            int from = scan.placeBehind(synced);
            if (from >= 0) {
                DiskFile file = oldFiles.get(i).file;
                file.write(from, scan.data(), from, scan.end() - from);
                file.syncData();
            }
        }
    }

    /** Second pass. */
    void apply(StreamMaker maker) throws StoreException {
        CheckpointFile.Content content = checkpoint;
        if (content != null) {
            for (byte[] record : content.records()) {
                fromCheckpoint(record, maker);
            }
            checkpoint = null;
        }
        sessions();
        long previous = covered;
        HeldGroup group = new HeldGroup(new Groups(maker));
        for (JournalScan scan : scans) {
            reading = scan.file();
            for (int i = 0; i < scan.count(); i++) {
                int place = scan.place(i);
                int at = place < 0 ? ~place : place;
                long number = scan.number(i);
                boolean jump = place >= 0 && Frame.type(scan.data(), at) == Frame.OPENED;
                if (number > previous + 1 && !jump) {
                    gap(previous + 1, number - 1, scan.hole(i));
                }
                previous = number;
                replayed++;
                if (place < 0) {
                    gap(number, number, Frame.padded(Frame.length(scan.data(), at)));
                }
                if (!group.take(scan.data(), place, number)) {
                    apply(scan.data(), place, number, maker);
                }
            }
        }
        group.settle();
        scans.clear();
    }

    private void apply(byte[] data, int place, long number, StreamMaker maker)
            throws StoreException {
        if (place >= 0) {
            fromJournal(data, place, number, maker);
        } else {
            damaged(data, ~place, number);
        }
    }

    /** What becomes of messages that count only together. */
    private final class Groups implements HeldGroup.Outcome {
        private final StreamMaker maker;

        Groups(StreamMaker maker) {
            this.maker = maker;
        }

        @Override
        public boolean isConfirmed(long number) {
            return number <= synced(number);
        }

        @Override
        public void apply(byte[] data, int at, long number) throws StoreException {
            Recovery.this.apply(data, at, number, maker);
        }

        @Override
        public void dropped(long firstNumber, long lastNumber, int messages) {
            missing.add(firstNumber, lastNumber);
            uncertain += messages;
        }
    }

    /* A hole is a loss when something behind it in the same session knows it to be synced; at the
     * end of a session it may be the torn batch that nobody had confirmed. */
    private void sessions() {
        long start = covered;
        long previous = covered;
        syncedBySession.put(start, covered);
        for (JournalScan scan : scans) {
            for (int mark = 0; mark < scan.markCount(); mark++) {
                int i = scan.marked(mark);
                long number = scan.number(i);
                previous = i > 0 ? scan.number(i - 1) : previous;
                int at = scan.place(i);
                byte type = at < 0 ? 0 : Frame.type(scan.data(), at);
                if (type == Frame.OPENED || number - previous > JUMP / 2) {
                    start = number;
                    syncedBySession.put(start, start - 1);
                } else if (type == Frame.BATCH_END && Frame.time(scan.data(), at) >= start) {
                    syncedBySession.merge(start, Frame.time(scan.data(), at), Math::max);
                }
            }
            previous = scan.count() > 0 ? scan.number(scan.count() - 1) : previous;
        }
    }

    /** Up to where everything was known to be synced in the session of a number. */
    private long synced(long number) {
        if (number < sessionBegin || number >= sessionEnd) {
            Map.Entry<Long, Long> session = syncedBySession.floorEntry(number);
            Long next = syncedBySession.higherKey(number);
            sessionBegin = session.getKey();
            sessionEnd = next == null ? Long.MAX_VALUE : next;
            sessionSynced = session.getValue();
        }
        return sessionSynced;
    }

    private void gap(long from, long to, long bytes) {
        missing.add(from, to, bytes);
        long synced = synced(from - 1);
        if (to - from >= JUMP / 2) {
            // Only the record of an opening jumps like that: it is what is missing.
            if (synced(to + 1) > to) {
                lost++;
            } else {
                uncertain++;
            }
        } else if (to <= synced) {
            lost += to - from + 1;
        } else {
            uncertain += to - from + 1;
        }
    }

    private void fromCheckpoint(byte[] record, StreamMaker maker) {
        int owner = Frame.owner(record, 0);
        byte type = Frame.type(record, 0);
        if (type == Frame.CHECKPOINT) {
            return;
        }
        StreamStore stream = streams.get(owner);
        if (type == Frame.STREAM) {
            stream = maker.make(owner, Frame.aux(record, 0) == 1, Frame.payload(record, 0));
            stream.note(Frame.time(record, 0));
            missing.inCheckpoint(owner, stream.lastNumber());
            streams.put(owner, stream);
        } else if (stream == null) {
            orphans++;
        } else if (type == Frame.STREAM_FIGURES) {
            StreamCheckpoint.restoreFigures(stream, record, 0);
        } else if (type == Frame.SEGMENT) {
            stream.segments.list.add(StreamCheckpoint.restoreSegment(record, 0));
        } else {
            state(stream, record, 0, type);
        }
    }

    private void fromJournal(byte[] data, int at, long number, StreamMaker maker)
            throws StoreException {
        byte type = Frame.type(data, at);
        int owner = Frame.owner(data, at);
        if (type == Frame.BATCH_END || type == Frame.OPENED) {
            return;
        }
        StreamStore stream = streams.get(owner);
        if (type == Frame.STREAM) {
            nextStreamId = Math.max(nextStreamId, owner + 1);
            if (stream == null) {
                stream = maker.make(owner, Frame.aux(data, at) == 1, Frame.payload(data, at));
                streams.put(owner, stream);
            } else if (number > stream.lastNumber()) {
                stream.restoreDefinition(Frame.payload(data, at));
            }
            stream.note(number);
            return;
        }
        if (type == Frame.STREAM_DROP) {
            StreamStore dropped = streams.remove(owner);
            if (dropped != null) {
                dropped.close();
            }
            return;
        }
        if (stream == null) {
            if (owner >= nextStreamId) {
                orphans++;
            }
            return;
        }
        if (number > stream.lastNumber()) {
            long synced = synced(number);
            if (number > synced && missing.voids(data, at)) {
                uncertain++;
            } else {
                message(stream, data, at, type, synced);
            }
            stream.note(number);
        }
    }

    private void message(StreamStore stream, byte[] data, int at, byte type, long synced)
            throws StoreException {
        long sequence = Frame.sequence(data, at);
        switch (type) {
            case Frame.MESSAGE -> {
                long number = Frame.number(data, at);
                long hole =
                        sequence == stream.lastSequence() + 1
                                ? 0
                                : missing.synced(stream.lastNumber() + 1, number - 1, synced);
                stream.replay(data, at, hole, reading);
            }
            case Frame.DELETE -> stream.forget(sequence);
            case Frame.FIRST -> stream.applyFirst(sequence, Frame.time(data, at));
            case Frame.DELETE_RUNS -> {
                byte[] body = Frame.payload(data, at);
                for (int i = 0; i + 16 <= body.length; i += 16) {
                    long first = Frame.getLong(body, i);
                    long count = Frame.getLong(body, i + 8);
                    for (long s = first; s < first + count; s++) {
                        stream.forget(s);
                    }
                }
            }
            default -> state(stream, data, at, type);
        }
    }

    private void state(StreamStore stream, byte[] data, int at, byte type) {
        int id = Frame.aux(data, at);
        nextStateId = Math.max(nextStateId, id + 1);
        StateLog state = stream.stateMap().get(id);
        byte[] body = Frame.payload(data, at);
        if (type == Frame.STATE) {
            if (state == null) {
                stream.stateMap().put(id, new StateLog(stream, id, body));
            } else {
                state.restoreDefinition(body);
            }
        } else if (type == Frame.STATE_DROP) {
            stream.stateMap().remove(id);
        } else if (state == null) {
            orphans++;
        } else if (type == Frame.STATE_WHOLE) {
            state.restoreWhole(body);
        } else if (type == Frame.STATE_CHANGE) {
            state.restoreChange(body);
        }
    }

    /* What is not known to be synced may have been torn by a crash, and then nobody was told of it;
     * a single flipped bit is no tear. */
    private void damaged(byte[] data, int at, long number) {
        StreamStore stream = streams.get(Frame.owner(data, at));
        if (stream == null || number <= stream.lastNumber()) {
            return;
        }
        boolean isLost =
                number <= synced(number) || Frame.bodyIsFlipped(data, at, data.length, check);
        if (Frame.type(data, at) == Frame.MESSAGE && isLost) {
            long size =
                    stream.surcharged(
                            Frame.subjectLength(data, at),
                            Frame.headersLength(data, at),
                            Frame.payloadLength(data, at));
            stream.replayLost(Frame.sequence(data, at), size, reading);
        }
        stream.note(number);
    }

    RecoveryReport report(long nanos, int missing) {
        RecoveryReport found = asReport(nanos, missing);
        found.losses().forEach(this::remark);
        for (StreamStore stream : streams.values()) {
            if (stream.lost() > 0) {
                log.warn("stream " + stream.id() + " has lost " + stream.lost() + " messages");
            }
        }
        return asReport(nanos, missing);
    }

    private RecoveryReport asReport(long nanos, int missing) {
        return new RecoveryReport(
                replayed, lost, uncertain, missing, repaired, orphans, nanos, List.copyOf(remarks));
    }

    /** The numbers of the segments that the checkpoint refers to. */
    Set<Long> segmentIds() {
        CheckpointFile.Content content = checkpoint;
        return content == null ? Set.of() : CheckpointRound.referred(content.records());
    }

    int missingParts() {
        CheckpointFile.Content content = checkpoint;
        if (content == null) {
            return 0;
        }
        repaired = content.repaired();
        return content.missing();
    }

    private void remark(String sentence) {
        log.warn("store " + root + ": " + sentence);
        remarks.add(sentence);
    }

    private static long indexOf(String name) {
        if (name.length() != 16 + JournalPool.SUFFIX.length()
                || !name.endsWith(JournalPool.SUFFIX)) {
            return -1;
        }
        try {
            return Long.parseLong(name.substring(0, 16), 16);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
